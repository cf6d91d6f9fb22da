#include <array>

#include "base/civil.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "crm/accounts/users.h"
#include "exit_code.h"
#include "operations/run_operation.h"
#include "password_input.h"
#include "read_only.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr std::array<std::string_view, 10> k_actions = {
    "add",     "list",   "show",   "role",      "passwd",
    "disable", "enable", "unlock", "reset-2fa", "login-link"};
constexpr int k_most_users = 10'000;

Error usage(std::string message) {
  return {.code = Code::usage,
          .message = std::move(message),
          .kind = "usage",
          .hint = "kontor user --help"};
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out.append(out.empty() ? "" : ", ").append(text);
  return out.empty() ? "none" : out;
}

std::string line_of(const crm::User& user) {
  return user.email + "  " + (user.active ? "active" : "disabled") + "  " + joined(user.roles) +
         (user.name.empty() ? "" : "  " + user.name) + "\n";
}

std::string text_of(const crm::User& user) {
  const auto instant = [](std::optional<std::int64_t> at_ms) {
    return at_ms ? format_instant(*at_ms) : std::string("never");
  };
  return "E-mail: " + user.email + "\nName: " + user.name + "\nId: " + user.id.text() +
         "\nStatus: " + (user.active ? "active" : "disabled") + "\nRoles: " + joined(user.roles) +
         "\nPassword set: " + instant(user.password_set_at_ms) +
         "\nSecond factor: " + (user.has_second_factor ? "yes" : "no") +
         "\nLast sign-in: " + instant(user.last_sign_in_at_ms) + "\n";
}

class User final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument(
        "ACTION", action_,
        "add, list, show, role, passwd, disable, enable, unlock, reset-2fa or login-link", true,
        k_actions);
    syntax.argument("EMAIL", email_, "Whom it is about; not with list.", false);
    syntax.texts("--role", roles_, "ROLE",
                 "With add and role: what she may do; once for each role. With role, those she has "
                 "are replaced.");
    syntax.text("--name", name_, "NAME", "With add: her name.");
    syntax.flag("--password-stdin", password_stdin_,
                "With add and passwd: reads the password from stdin.");
    syntax.text("--password-file", password_file_, "FILE",
                "With add and passwd: reads the password from a file.");
  }

  Result<int> run(const Session& session) override {
    TRY(check_choice("action", action_, k_actions));
    TRY(check_flags());
    if (action_ == "list") return list(session);
    if (email_.empty()) return usage("The e-mail address of the user is missing.");
    if (action_ == "show") return show(session);
    return change(session);
  }

 private:
  Result<void> check_flags() const {
    const bool takes_password = action_ == "add" || action_ == "passwd";
    const bool takes_roles = action_ == "add" || action_ == "role";
    if (!takes_password && (password_stdin_ || !password_file_.empty()))
      return usage("A password is for add and passwd.");
    if (!takes_roles && !roles_.empty()) return usage("--role is for add and role.");
    if (takes_roles && roles_.empty()) return usage("--role is missing.");
    if (action_ != "add" && !name_.empty()) return usage("--name is for add.");
    if (action_ == "passwd" && !password_stdin_ && password_file_.empty())
      return usage("The new password is missing: --password-stdin or --password-file FILE.");
    return {};
  }

  template <class Look>
  static auto read(const Session& session, Look&& look) {
    const auto config = session.settings();
    using R = std::invoke_result_t<Look, store::ReadTx&>;
    if (!config.ok()) return R(config.error());
    return R(read_only(data_path(*config) / "kontor.db", std::forward<Look>(look)));
  }

  Result<int> list(const Session& session) const {
    if (!email_.empty()) return usage("user list takes no address.");
    const auto users = TRY(read(session, [](store::ReadTx& tx) -> Result<std::vector<crm::User>> {
      return crm::list_users(tx, 0, k_most_users);
    }));
    std::string text, json;
    JsonWriter out(json);
    out.begin_object().key("data").begin_array();
    for (const crm::User& user : users) {
      crm::write_json(out, user);
      text += line_of(user);
    }
    out.end_array().end_object();
    session.output.print(session.flags.json ? json : text);
    return k_exit_ok;
  }

  Result<int> show(const Session& session) const {
    const auto user = TRY(read(session, [&](store::ReadTx& tx) -> Result<std::optional<crm::User>> {
      return crm::find_user_by_email(tx, email_);
    }));
    if (!user)
      return Error{.code = Code::not_found,
                   .message = "There is no user " + email_ + ".",
                   .kind = "unknown_user",
                   .hint = "kontor user list"};
    session.output.print(session.flags.json ? crm::to_json(*user) : text_of(*user));
    return k_exit_ok;
  }

  std::string operation() const {
    if (action_ == "disable" || action_ == "enable") return "user.status";
    if (action_ == "reset-2fa") return "user.reset_2fa";
    return action_ == "login-link" ? "user.login_link" : "user." + action_;
  }

  Result<int> change(const Session& session) const {
    JsonObject arguments = {{"email", Json(email_)}, {"name", Json(name_)}};
    JsonArray roles;
    for (const std::string& role : roles_) roles.emplace_back(role);
    arguments.emplace_back("roles", Json(std::move(roles)));
    arguments.emplace_back("active", Json(action_ == "enable"));
    std::string password = TRY(read_password(password_stdin_, password_file_));
    arguments.emplace_back("password", Json(std::move(password)));
    const std::string done =
        TRY(run_operation(session, {}, operation(), {.arguments = Json(std::move(arguments))}));
    session.output.print(session.flags.json ? done : TRY(told(done)));
    return k_exit_ok;
  }

  Result<std::string> told(const std::string& done) const {
    if (action_ == "login-link") {
      const Json link = TRY(parse_json(done));
      return *link.find("url")->string() + "\nworks once, until " +
             *link.find("expires_at")->string();
    }
    const bool no_password = action_ == "add" && !password_stdin_ && password_file_.empty();
    if (no_password) return "Made " + email_ + "; a way in: kontor user login-link " + email_;
    if (action_ == "add") return "Made " + email_;
    if (action_ == "passwd") return "Changed; all sessions and tokens of " + email_ + " have ended";
    if (action_ == "role") return "Changed; all sessions and tokens of " + email_ + " have ended";
    if (action_ == "disable") return "Disabled " + email_ + "; all sessions and tokens have ended";
    if (action_ == "reset-2fa")
      return "Removed the second factor of " + email_ + ", if there was one";
    return action_ == "enable" ? "Enabled " + email_ : "Unlocked " + email_;
  }

  std::string action_, email_, name_, password_file_;
  std::vector<std::string> roles_;
  bool password_stdin_ = false;
};

}  // namespace

std::unique_ptr<Command> make_user() { return std::make_unique<User>(); }

}  // namespace kontor::app
