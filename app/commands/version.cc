#include "base/json_writer.h"
#include "build_info.h"
#include "composition.h"
#include "exit_code.h"
#include "read_only.h"
#include "verbs.h"

namespace kontor::app {
namespace {

struct SqliteBuild {
  std::string version, source_id;
};

Result<SqliteBuild> sqlite_build() {
  return read_only(":memory:", [](store::ReadTx& tx) -> Result<SqliteBuild> {
    store::Statement row = tx.prepare("SELECT sqlite_version(), sqlite_source_id()");
    row.step();
    return SqliteBuild{std::string(row.text(0)), std::string(row.text(1))};
  });
}

std::string as_json(const SqliteBuild& sqlite) {
  const BuildInfo& build = build_info();
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("version").string(build.version);
  out.key("revision").string(build.revision);
  out.key("schema").begin_object().key("from").integer(1).key("to").integer(schema_version());
  out.end_object().key("sqlite").begin_object().key("version").string(sqlite.version);
  out.key("source_id").string(sqlite.source_id).end_object().key("libraries").begin_object();
  for (const auto& [name, version] : library_versions()) out.key(name).string(version);
  out.end_object().key("build").begin_object().key("type").string(build.build_type);
  out.key("compiler").string(build.compiler).key("static").boolean(build.is_static);
  out.key("sanitizers").string(build.sanitizers).end_object().end_object();
  return text;
}

std::string as_text(const SqliteBuild& sqlite) {
  const BuildInfo& build = build_info();
  std::string text = "Kontor " + std::string(build.version) + " (" + std::string(build.revision) +
                     ")\nschema 1 to " + std::to_string(schema_version()) + "\nsqlite " +
                     sqlite.version + " " + sqlite.source_id + "\n";
  for (const auto& [name, version] : library_versions()) {
    text.append(name).append(" ").append(version).append("\n");
  }
  text.append("built as ").append(build.build_type).append(build.is_static ? ", static" : "");
  if (!build.sanitizers.empty()) text.append(", sanitizers ").append(build.sanitizers);
  return text.append(", by g++ ").append(build.compiler);
}

class Version final : public Command {
 public:
  void define(Syntax&) override {}

  Result<int> run(const Session& session) override {
    const SqliteBuild sqlite = TRY(sqlite_build());
    session.output.print(session.flags.json ? as_json(sqlite) : as_text(sqlite));
    return k_exit_ok;
  }
};

}  // namespace

std::unique_ptr<Command> make_version() { return std::make_unique<Version>(); }

}  // namespace kontor::app
