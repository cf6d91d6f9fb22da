#include "audit_note.h"

#include "base/json_writer.h"
#include "composition.h"
#include "crm/audit/audit_log.h"
#include "operations/run_operation.h"
#include "read_only.h"

namespace kontor::app {
namespace {

bool has_this_schema(const std::filesystem::path& database) {
  const auto found = read_only(database, [](store::ReadTx& tx) -> Result<std::int64_t> {
    store::Statement row = tx.prepare("PRAGMA user_version");
    row.step();
    return row.integer(0);
  });
  return found.ok() && *found == schema_version();
}

Result<void> try_note(const Session& session, std::string_view collection, std::string_view action,
                      std::string detail_json) {
  const Result<Config> config = session.settings();
  if (!config.ok()) return {};  // the command itself says so
  if (!has_this_schema(data_path(*config) / "kontor.db")) return {};
  OperationCall call{.arguments = Json(JsonObject{{"collection", Json(std::string(collection))},
                                                  {"action", Json(std::string(action))},
                                                  {"detail", Json(std::move(detail_json))}})};
  TRY(run_operation(session, {}, "audit.note", std::move(call)));
  return {};
}

}  // namespace

void note_event(const Session& session, std::string_view collection, std::string_view action,
                std::string detail_json) {
  const auto noted = try_note(session, collection, action, std::move(detail_json));
  if (!noted.ok()) session.output.note("this is not in the audit trail: " + noted.error().message);
}

std::string backup_detail(const backup::Made& made) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("file").string(made.file.filename().string());
  out.key("rows").integer(made.manifest.contents.rows());
  out.key("reason").string(made.manifest.reason).end_object();
  return text;
}

Result<void> note_backup(store::Store& store, const crm::Context& context,
                         const backup::Made& made) {
  return store.write([&](store::WriteTx& tx) -> Result<void> {
    crm::record_event(tx, context, "backups", Uuid{}, "create", backup_detail(made));
    return {};
  });
}

}  // namespace kontor::app
