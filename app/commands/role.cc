#include <array>

#include "base/json_writer.h"
#include "crm/accounts/roles.h"
#include "exit_code.h"
#include "model/registry.h"
#include "read_only.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr std::string_view k_actions[] = {"list", "show"};
constexpr std::size_t k_name_width = 14;
constexpr std::size_t k_reach_width = 8;

std::string padded(std::string_view text, std::size_t width) {
  std::string cell(text);
  if (cell.size() < width) cell.append(width - cell.size(), ' ');
  return cell + " ";
}

std::string list_text(const std::vector<crm::ManagedRole>& roles) {
  std::string text;
  for (const crm::ManagedRole& role : roles) {
    text += padded(role.role.name, k_name_width);
    text += padded(std::to_string(role.users) + (role.users == 1 ? " user" : " users"), 10);
    text += role.built_in ? "built in  " : "          ";
    text += role.role.description.empty() ? role.role.label : role.role.description;
    text += '\n';
  }
  return text;
}

std::string list_json(const std::vector<crm::ManagedRole>& roles) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("data").begin_array();
  for (const crm::ManagedRole& role : roles) out.raw(crm::to_json(role));
  out.end_array().end_object();
  return text;
}

std::string rights_text(const crm::Rights& rights) {
  constexpr crm::Act acts[] = {crm::Act::read,       crm::Act::create, crm::Act::update,
                               crm::Act::remove,     crm::Act::assign, crm::Act::export_rows,
                               crm::Act::import_rows};
  std::string text = padded("", k_name_width);
  for (const crm::Act act : acts) text += padded(crm::name_of(act), k_reach_width);
  text += '\n';
  for (const model::Entity* entity : model::entities()) {
    text += padded(entity->collection, k_name_width);
    for (const crm::Act act : acts)
      text += padded(crm::name_of(rights.reach(*entity, act)), k_reach_width);
    text += '\n';
  }
  return text;
}

std::string flags_text(const crm::Rights& rights) {
  constexpr crm::Flag flags[] = {crm::Flag::settings, crm::Flag::users,    crm::Flag::audit,
                                 crm::Flag::backup,   crm::Flag::see_cost, crm::Flag::issue_invoice,
                                 crm::Flag::refund};
  std::string text;
  for (const crm::Flag flag : flags)
    if (rights.has(flag)) text.append(text.empty() ? "" : ", ").append(crm::name_of(flag));
  return text.empty() ? "none" : text;
}

std::string role_text(const crm::ManagedRole& role) {
  std::string text = role.role.label + " (" + role.role.name + ")";
  text += role.built_in ? ", built in\n" : "\n";
  if (!role.role.description.empty()) text += role.role.description + "\n";
  text += "\n" + rights_text(role.role.rights) + "\n";
  text += "Beyond records: " + flags_text(role.role.rights) + "\n";
  for (const crm::FieldRule& rule : role.role.fields) {
    text.append("Field ").append(rule.path());
    text += rule.access == crm::FieldAccess::hidden ? ": hidden\n" : ": read only\n";
  }
  return text + "Users: " + std::to_string(role.users) + "\n";
}

class RoleCommand final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument("ACTION", action_, "list or show", true, k_actions);
    syntax.argument("NAME", name_, "With show: the role.", false);
  }

  Result<int> run(const Session& session) override {
    TRY(check_choice("action", action_, k_actions));
    const std::filesystem::path data = data_path(TRY(session.settings()));
    const std::filesystem::path database = data / "kontor.db";
    std::error_code failure;
    if (!std::filesystem::exists(database, failure))
      return Error{.code = Code::not_initialised,
                   .message = data.string() + " is no data directory.",
                   .hint = "kontor init --data " + data.string()};
    return action_ == "list" ? list(session, database) : show(session, database);
  }

 private:
  static Result<int> list(const Session& session, const std::filesystem::path& database) {
    const auto roles = TRY(read_only(database, [](store::ReadTx& tx) {
      return Result<std::vector<crm::ManagedRole>>(crm::list_roles(tx));
    }));
    session.output.print(session.flags.json ? list_json(roles) : list_text(roles));
    return k_exit_ok;
  }

  Result<int> show(const Session& session, const std::filesystem::path& database) const {
    if (name_.empty())
      return Error{.code = Code::usage,
                   .message = "The name of the role is missing.",
                   .kind = "usage",
                   .hint = "kontor role list"};
    const auto role = TRY(read_only(database, [&](store::ReadTx& tx) {
      return Result<std::optional<crm::ManagedRole>>(crm::find_role(tx, name_));
    }));
    if (!role)
      return Error{.code = Code::not_found,
                   .message = "There is no role " + name_ + ".",
                   .hint = "kontor role list"};
    session.output.print(session.flags.json ? crm::to_json(*role) : role_text(*role));
    return k_exit_ok;
  }

  std::string action_, name_;
};

}  // namespace

std::unique_ptr<Command> make_role() { return std::make_unique<RoleCommand>(); }

}  // namespace kontor::app
