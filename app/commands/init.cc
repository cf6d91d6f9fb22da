#include <utility>

#include "base/email.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "composition.h"
#include "crm/accounts/key_check.h"
#include "crm/accounts/password_policy.h"
#include "data_lock.h"
#include "exit_code.h"
#include "new_data_dir.h"
#include "operations/run_operation.h"
#include "password_input.h"
#include "verbs.h"

namespace kontor::app {
namespace {

class Init final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.flag("--if-missing", if_missing_, "Succeeds if there is a data directory already.");
    syntax.text("--admin", admin_, "EMAIL", "Makes the first user, an owner, if there is none.");
    syntax.flag("--password-stdin", password_stdin_, "Reads her password from stdin.");
    syntax.text("--password-file", password_file_, "FILE",
                "Reads her password from a file. With neither she gets a link that works once.");
    syntax.flag(
        "--new-key", new_key_,
        "For a directory whose master.key is lost: makes another one. All second factors and "
        "recovery codes are removed.");
    syntax.settings(settings_);
  }

  Result<int> run(const Session& session) override {
    const Config config = TRY(session.settings(settings_));
    if (new_key_) return make_new_key(session, config);
    const std::string password = TRY(check_admin(config));
    const std::filesystem::path path = data_path(config);
    const Made made = TRY(make(path, session));
    if (made == Made::before && !if_missing_) return already_there(path);
    std::string link;
    const bool admin_made = TRY(make_admin(session, password, link));
    report(session, path, made, admin_made, link);
    return k_exit_ok;
  }

 private:
  Result<int> make_new_key(const Session& session, const Config& config) const {
    if (if_missing_ || !admin_.empty() || password_stdin_ || !password_file_.empty())
      return Error{.code = Code::usage,
                   .message = "--new-key stands alone.",
                   .kind = "usage",
                   .hint = "kontor init --new-key"};
    {
      const store::DataDir data_dir = TRY(lock_data_dir(data_path(config)));
      TRY(make_missing_key(data_dir, session.random));
    }
    const Database database = TRY(open_database(config, session.clock, {}, {.any_key = true}));
    const std::int64_t users =
        TRY(crm::adopt_key(*database.store, {.now_ms = session.clock.now_ms()}, database.key));
    session.output.note(
        "The database has a new master key: keep a copy of it elsewhere. Second "
        "factors removed: " +
        std::to_string(users) + ".");
    return k_exit_ok;
  }

  // What can be wrong with her is found before anything is made.
  Result<std::string> check_admin(const Config& config) const {
    const bool has_password = password_stdin_ || !password_file_.empty();
    if (admin_.empty() && has_password)
      return Error{.code = Code::usage,
                   .message = "A password is for the first user: --admin EMAIL is missing.",
                   .kind = "usage",
                   .hint = "kontor init --help"};
    if (!admin_.empty() && !is_email(admin_))
      return Error{.code = Code::usage,
                   .message = "\"" + admin_ + "\" is no e-mail address.",
                   .kind = "usage",
                   .hint = "--admin name@example.com"};
    std::string password = TRY(read_password(password_stdin_, password_file_));
    if (!has_password) return password;
    const crm::CurrentOrganisation none;
    TRY(crm::check_password(password, account_settings_of(config, none).passwords,
                            {.email = admin_, .organisation = config.text("organisation")}));
    return password;
  }

  // False: nobody was to be made, or there are users already. Without a password she gets `link`.
  Result<bool> make_admin(const Session& session, const std::string& password,
                          std::string& link) const {
    if (admin_.empty()) return false;
    const Json arguments(JsonObject{{"email", Json(admin_)},
                                    {"password", Json(password)},
                                    {"roles", Json(JsonArray{Json("owner")})}});
    const auto made = run_operation(session, {}, "user.first", {.arguments = arguments});
    if (!made.ok() && made.error().kind == "set_up_already" && if_missing_) return false;
    if (!made.ok()) return made.error();
    if (!password.empty()) return true;
    link = TRY(run_operation(session, {}, "user.login_link", {.arguments = arguments}));
    const Json answer = TRY(parse_json(link));
    link = *answer.find("url")->string();
    return true;
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

  void report(const Session& session, const std::filesystem::path& path, Made made, bool admin_made,
              const std::string& link) const {
    if (session.flags.json) return session.output.print(json(path, made, admin_made, link));
    const bool fresh = made == Made::now;
    std::string text = (fresh ? "Made " : "Nothing to do: ") + path.string() +
                       (fresh ? "" : " is a data directory already.");
    if (admin_made) text += "\nMade " + admin_ + ", an owner";
    if (fresh) text += "\nNext: kontor --data " + path.string() + " serve";
    session.output.note(text);
    if (!link.empty()) session.output.print("Her way in, once, within 30 minutes: " + link);
  }

  std::string json(const std::filesystem::path& path, Made made, bool admin_made,
                   const std::string& link) const {
    std::string text;
    JsonWriter out(text);
    out.begin_object().key("data").string(path.native());
    out.key("created").boolean(made == Made::now);
    out.key("schema").integer(schema_version());
    if (admin_made) out.key("admin").string(admin_);
    if (!link.empty()) out.key("login_link").string(link);
    out.end_object();
    return text;
  }

  bool if_missing_ = false, new_key_ = false;
  std::string admin_, password_file_;
  bool password_stdin_ = false;
  SettingFlags settings_;
};

}  // namespace

std::unique_ptr<Command> make_init() { return std::make_unique<Init>(); }

}  // namespace kontor::app
