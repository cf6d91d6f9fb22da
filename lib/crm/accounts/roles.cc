#include "crm/accounts/roles.h"

#include <algorithm>
#include <utility>

#include "base/civil.h"
#include "base/json_writer.h"
#include "base/limits.h"
#include "crm/accounts/account_changes.h"

namespace kontor::crm {
namespace {

using store::Statement;

constexpr std::string_view k_select =
    "SELECT r.version, r.created_at, r.updated_at, r.definition, "
    "(SELECT count(*) FROM user_roles u WHERE u.role = r.name), r.uid FROM "
    "roles r ";

Error no_such_role(std::string_view name) {
  return {.code = Code::not_found, .message = "There is no role \"" + std::string(name) + "\"."};
}

std::int64_t users_of(store::ReadTx& tx, std::string_view name) {
  Statement row = tx.prepare("SELECT count(*) FROM user_roles WHERE role = ?");
  row.with(name);
  row.step();
  return row.integer(0);
}

// What was written by parse_role's own hand is read by it; a row that is not is
// the work of another program, and grants nothing.
std::optional<ManagedRole> role_at(const Statement& row) {
  const Result<Json> json = parse_json(row.text(3));
  if (!json.ok()) return std::nullopt;
  Result<Role> role = parse_role(*json);
  if (!role.ok()) return std::nullopt;
  return ManagedRole{.role = *std::move(role),
                     .id = Uuid::from_blob(row.blob(5)),
                     .version = row.integer(0),
                     .users = row.integer(4),
                     .created_at_ms = row.integer(1),
                     .updated_at_ms = row.integer(2)};
}

ManagedRole built_in(store::ReadTx& tx, const Role& role) {
  return {.role = role, .built_in = true, .users = users_of(tx, role.name)};
}

// The firm's own role of this name, to be changed.
Result<ManagedRole> own_role(store::ReadTx& tx, std::string_view name,
                             std::optional<std::int64_t> if_version) {
  auto role = find_role(tx, name);
  if (!role) return no_such_role(name);
  if (role->built_in)
    return Error{.code = Code::conflict,
                 .message = "The role " + role->role.name +
                            " is a part of the program: make one of your own instead.",
                 .kind = "built_in_role"};
  if (if_version && *if_version != role->version)
    return Error{.code = Code::stale,
                 .message = "The role was changed meanwhile: it is at version " +
                            std::to_string(role->version) + ".",
                 .current = to_json(*role)};
  return *std::move(role);
}

Result<void> check_room(store::ReadTx& tx, const Role& role) {
  if (find_role(tx, role.name))
    return Error{.code = Code::conflict,
                 .message = "There is a role of this name already.",
                 .kind = "unique",
                 .fields = {{"/name", "taken", "This name is taken."}}};
  Statement row = tx.prepare("SELECT count(*) FROM roles");
  row.step();
  if (row.integer(0) < static_cast<std::int64_t>(limits::own_roles)) return {};
  return Error{
      .code = Code::conflict,
      .message = "There are " + std::to_string(limits::own_roles) + " roles, and no more fit.",
      .kind = "too_many"};
}

// RFC 7396.
void merge(Json& target, const Json& patch) {
  if (patch.object() == nullptr) {
    target = patch;
    return;
  }
  if (target.object() == nullptr) target = Json(JsonObject{});
  JsonObject& members = *target.object();
  for (const JsonMember& given : *patch.object()) {
    const std::string& name = given.first;
    const Json& value = given.second;
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const JsonMember& member) { return member.first == name; });
    if (value.is_null()) {
      if (found != members.end()) members.erase(found);
    } else if (found != members.end()) {
      merge(found->second, value);
    } else {
      members.emplace_back(name, Json());
      merge(members.back().second, value);
    }
  }
}

Error name_is_fixed() {
  return {.code = Code::invalid,
          .message = "A role keeps its name.",
          .kind = "validation_failed",
          .fields = {{"/name", "read_only", "A role keeps its name: users have it by that."}}};
}

void write_instant(JsonWriter& out, std::string_view name,
                   const std::optional<std::int64_t>& at_ms) {
  out.key(name);
  at_ms ? out.string(format_instant(*at_ms)) : out.null();
}

}  // namespace

std::string to_json(const ManagedRole& role) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  write_role(out, role.role);
  out.key("built_in").boolean(role.built_in).key("version").integer(role.version);
  out.key("users").integer(role.users);
  write_instant(out, "created_at", role.created_at_ms);
  write_instant(out, "updated_at", role.updated_at_ms);
  out.end_object();
  return text;
}

std::vector<ManagedRole> list_roles(store::ReadTx& tx) {
  std::vector<ManagedRole> all;
  for (const Role& role : built_in_roles()) all.push_back(built_in(tx, role));
  Statement row = tx.prepare(std::string(k_select) + "ORDER BY r.name");
  while (row.step())
    if (auto role = role_at(row)) all.push_back(*std::move(role));
  return all;
}

std::optional<ManagedRole> find_role(store::ReadTx& tx, std::string_view name) {
  if (const Role* role = find_built_in_role(name)) return built_in(tx, *role);
  Statement row = tx.prepare(std::string(k_select) + "WHERE r.name = ?");
  row.with(name);
  if (!row.step()) return std::nullopt;
  return role_at(row);
}

Result<void> check_grant(const Principal& principal, const Rights& rights) {
  Rights both = rights;
  both.narrow(principal.rights);
  if (both == rights) return {};
  return Error{.code = Code::forbidden,
               .message = "Nobody hands out rights that she does not have.",
               .kind = "exceeds_own_rights"};
}

Result<ManagedRole> create_role(store::WriteTx& tx, const Context& context, const Uuid& id,
                                const Json& body) {
  ManagedRole made;
  made.role = TRY(parse_role(body));
  made.created_at_ms = made.updated_at_ms = context.now_ms;
  TRY(check_grant(*context.principal, made.role.rights));
  TRY(check_room(tx, made.role));
  const std::string definition = role_json(made.role);
  tx.prepare(
        "INSERT INTO roles (uid, version, created_at, updated_at, name, "
        "definition) "
        "VALUES (?, ?, ?, ?, ?, ?)")
      .with(store::Blob{id.blob()}, made.version, context.now_ms, context.now_ms,
            std::string_view(made.role.name), std::string_view(definition))
      .run();
  made.id = id;
  note_account_change(tx, context, "roles", id, "create", "", to_json(made));
  return made;
}

Result<ManagedRole> change_role(store::WriteTx& tx, const Context& context, std::string_view name,
                                const Json& patch, std::optional<std::int64_t> if_version) {
  ManagedRole role = TRY(own_role(tx, name, if_version));
  TRY(check_grant(*context.principal, role.role.rights));
  const std::string before = role_json(role.role);
  Json merged = TRY(parse_json(before));
  merge(merged, patch);
  role.role = TRY(parse_role(merged));
  if (role.role.name != name) return name_is_fixed();
  TRY(check_grant(*context.principal, role.role.rights));
  const std::string definition = role_json(role.role);
  if (definition == before) return role;
  ++role.version;
  role.updated_at_ms = context.now_ms;
  tx.prepare(
        "UPDATE roles SET version = ?, updated_at = ?, definition = ? "
        "WHERE name = ?")
      .with(role.version, context.now_ms, std::string_view(definition), name)
      .run();
  note_account_change(tx, context, "roles", role.id, "update", before, definition);
  return role;
}

Result<void> remove_role(store::WriteTx& tx, const Context& context, std::string_view name,
                         std::optional<std::int64_t> if_version) {
  const ManagedRole role = TRY(own_role(tx, name, if_version));
  TRY(check_grant(*context.principal, role.role.rights));
  if (role.users != 0)
    return Error{.code = Code::conflict,
                 .message = std::to_string(role.users) +
                            (role.users == 1 ? " user has" : " users have") +
                            " this role: give them another one first.",
                 .kind = "role_in_use"};
  tx.prepare("DELETE FROM roles WHERE name = ?").with(name).run();
  note_account_change(tx, context, "roles", role.id, "delete", role_json(role.role), "");
  return {};
}

}  // namespace kontor::crm
