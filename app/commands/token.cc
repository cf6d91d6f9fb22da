#include <array>

#include "base/json_writer.h"
#include "composition.h"
#include "crm/accounts/api_tokens.h"
#include "crm/accounts/users.h"
#include "exit_code.h"
#include "operations/run_operation.h"
#include "read_only.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr std::array<std::string_view, 3> k_actions = {"create", "list", "revoke"};
constexpr int k_listed = 1000;

Error usage(std::string message, std::string hint) {
  return {
      .code = Code::usage, .message = std::move(message), .kind = "usage", .hint = std::move(hint)};
}

std::string text_at(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

// As split_list() takes it apart.
std::string in_one(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all.append(text).append("\n");
  return all;
}

std::string joined(const Json& object, std::string_view name) {
  std::string text;
  const Json* list = object.find(name);
  for (const Json& item : *list->array()) text += (text.empty() ? "" : ",") + *item.string();
  return text;
}

std::string line_of(const Json& token) {
  const std::string scopes = joined(token, "scopes");
  const std::string used = text_at(token, "last_used_at");
  return text_at(token, "id") + "  " + text_at(token, "state") + "  " + text_at(token, "email") +
         "  …" + text_at(token, "hint") + "  " + text_at(token, "name") + "  " +
         (scopes.empty() ? "all rights" : scopes) + "  until " + text_at(token, "expires_at") +
         (used.empty() ? "  never used" : "  used " + used) + "\n";
}

std::string list_text(const Json& list) {
  std::string text;
  for (const Json& token : *list.find("data")->array()) text += line_of(token);
  return text.empty() ? "No token yet\n" : text;
}

class Token final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument("ACTION", action_, "create, list or revoke", true, k_actions);
    syntax.argument("ID", id_, "revoke: the id of the token, as list tells it.", false);
    syntax.text("--user", user_, "EMAIL",
                "create: for whom the token acts; list: whose tokens alone.");
    syntax.text("--name", name_, "NAME", "create: what it is for.");
    syntax.texts("--scope", scopes_, "SCOPE",
                 "create: what it may do of what the user may, such as customers:read, orders:* or "
                 "*:read. May be given several times. Default: all.");
    syntax.text("--expires", expires_, "WHEN",
                "create: 30d, or an instant of RFC 3339. Default: the setting token_days.");
    syntax.texts("--address", addresses_, "CIDR",
                 "create: from where it may be used. May be given several times. Default: from "
                 "anywhere.");
  }

  Result<int> run(const Session& session) override {
    TRY(check_choice("action", action_, k_actions));
    if (action_ == "create") return create(session);
    return action_ == "list" ? list(session) : revoke(session);
  }

 private:
  Result<int> create(const Session& session) const {
    if (user_.empty() || name_.empty())
      return usage("A token needs --user and --name.",
                   "kontor token create --user an@example.com --name \"stock count\"");
    OperationCall asked{.arguments = Json(JsonObject{{"user", Json(user_)},
                                                     {"name", Json(name_)},
                                                     {"expires", Json(expires_)},
                                                     {"scopes", Json(in_one(scopes_))},
                                                     {"addresses", Json(in_one(addresses_))}})};
    const std::string done = TRY(run_operation(session, {}, "token.create", std::move(asked)));
    const Json made = TRY(parse_json(done));
    session.output.print(session.flags.json ? done : text_at(made, "token"));
    session.output.note("It is shown this once. It expires at " +
                        text_at(*made.find("details"), "expires_at") + ".");
    return k_exit_ok;
  }

  Result<int> list(const Session& session) const {
    const std::filesystem::path data = data_path(TRY(session.settings()));
    const std::int64_t now_ms = session.clock.now_ms();
    const std::string json = TRY(read_only(
        data / "kontor.db", [&](store::ReadTx& tx) { return list_json(tx, user_, now_ms); }));
    session.output.print(session.flags.json ? json : list_text(TRY(parse_json(json))));
    return k_exit_ok;
  }

  static Result<std::string> list_json(store::ReadTx& tx, const std::string& email,
                                       std::int64_t now_ms) {
    std::optional<std::int64_t> user_id;
    if (!email.empty()) {
      const auto user = crm::find_user_by_email(tx, email);
      if (!user)
        return Error{.code = Code::not_found,
                     .message = "There is no user " + email + ".",
                     .kind = "no_such_user",
                     .hint = "kontor user list"};
      user_id = user->row_id;
    }
    std::string text;
    JsonWriter out(text);
    out.begin_object().key("data").begin_array();
    for (const crm::ApiToken& token : crm::list_api_tokens(tx, user_id, k_listed))
      crm::write_api_token(out, token, now_ms);
    out.end_array().end_object();
    return text;
  }

  Result<int> revoke(const Session& session) const {
    if (id_.empty()) return usage("The id of the token is missing.", "kontor token list");
    OperationCall asked{.arguments = Json(JsonObject{{"id", Json(id_)}})};
    const std::string done = TRY(run_operation(session, {}, "token.revoke", std::move(asked)));
    if (session.flags.json) session.output.print(done);
    session.output.note("Revoked " + text_at(TRY(parse_json(done)), "name") + ".");
    return k_exit_ok;
  }

  std::string action_, id_, user_, name_, expires_;
  std::vector<std::string> scopes_, addresses_;
};

}  // namespace

std::unique_ptr<Command> make_token() { return std::make_unique<Token>(); }

}  // namespace kontor::app
