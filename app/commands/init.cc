#include <utility>

#include "base/json_writer.h"
#include "composition.h"
#include "exit_code.h"
#include "new_data_dir.h"
#include "verbs.h"

namespace kontor::app {
namespace {

class Init final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.flag("--if-missing", if_missing_, "Succeeds if there is a data directory already.");
    syntax.text("--admin", admin_, "EMAIL", "Refused: this version has no accounts.");
    syntax.flag("--password-stdin", password_stdin_, "Refused: this version has no accounts.");
    syntax.text("--password-file", password_file_, "FILE",
                "Refused: this version has no accounts.");
    syntax.settings(settings_);
  }

  Result<int> run(const Session& session) override {
    TRY(refuse_accounts());
    const Config config = TRY(session.settings(settings_));
    const std::filesystem::path path = data_path(config);
    const Made made = TRY(make(path, session));
    if (made == Made::before && !if_missing_) return already_there(path);
    report(session, path, made);
    return k_exit_ok;
  }

 private:
  Result<void> refuse_accounts() const {
    if (admin_.empty() && !password_stdin_ && password_file_.empty()) return {};
    return Error{.code = Code::usage,
                 .message = "This version has no accounts, so no first user can be made.",
                 .kind = "no_accounts",
                 .hint = "kontor init without --admin and --password-…"};
  }

  static Error already_there(const std::filesystem::path& path) {
    return {.code = Code::conflict,
            .message = path.string() + " is a data directory already; nothing was changed.",
            .kind = "already_initialised",
            .hint = "kontor init --if-missing, or another --data directory"};
  }

  // A directory that a running server holds has a database for sure.
  Result<Made> make(const std::filesystem::path& path, const Session& session) const {
    auto made = make_data_dir(path, settings_, session.clock, session.random);
    std::error_code failure;
    if (!made.ok() && made.error().code == Code::locked &&
        std::filesystem::exists(path / "kontor.db", failure)) {
      return Made::before;
    }
    return made;
  }

  static void report(const Session& session, const std::filesystem::path& path, Made made) {
    if (!session.flags.json) {
      session.output.note((made == Made::now ? "Made " : "Nothing to do: ") + path.string() +
                          (made == Made::now ? "\nNext: kontor --data " + path.string() + " serve"
                                             : " is a data directory already."));
      return;
    }
    std::string text;
    JsonWriter out(text);
    out.begin_object().key("data").string(path.native());
    out.key("created").boolean(made == Made::now);
    out.key("schema").integer(schema_version()).end_object();
    session.output.print(text);
  }

  bool if_missing_ = false;
  std::string admin_, password_file_;
  bool password_stdin_ = false;
  SettingFlags settings_;
};

}  // namespace

std::unique_ptr<Command> make_init() { return std::make_unique<Init>(); }

}  // namespace kontor::app
