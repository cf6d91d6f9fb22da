#include "crm/accounts/users.h"

#include <algorithm>

#include "base/email.h"
#include "base/fold.h"
#include "base/limits.h"
#include "base/time_zone.h"
#include "base/utf8.h"
#include "crm/accounts/account_changes.h"
#include "crm/accounts/role_rights.h"
#include "crm/accounts/teams.h"
#include "crm/audit/audit_log.h"

namespace kontor::crm {
namespace {

using store::Statement;

constexpr std::string_view k_select =
    "SELECT id, uid, version, created_at, updated_at, email, email_norm, name, status, epoch, "
    "password_hash, password_set_at, totp_since, last_sign_in_at, language, timezone, preferences "
    "FROM users WHERE deleted_at IS NULL AND ";

std::optional<std::int64_t> optional_at(const Statement& row, int index) {
  if (row.is_null(index)) return std::nullopt;
  return row.integer(index);
}

std::vector<std::string> roles_of(store::ReadTx& tx, std::int64_t user_row_id) {
  std::vector<std::string> roles;
  Statement row = tx.prepare("SELECT role FROM user_roles WHERE user_id = ? ORDER BY role");
  row.with(user_row_id);
  while (row.step()) roles.emplace_back(row.text(0));
  return roles;
}

std::vector<Uuid> teams_of(store::ReadTx& tx, std::int64_t user_row_id) {
  std::vector<Uuid> teams;
  Statement row = tx.prepare(
      "SELECT t.uid FROM team_members m JOIN teams t ON t.id = m.team_id WHERE m.user_id = ? "
      "ORDER BY t.name");
  row.with(user_row_id);
  while (row.step()) teams.push_back(Uuid::from_blob(row.blob(0)));
  return teams;
}

User user_at(const Statement& row) {
  const auto text = [&](int index) { return std::string(row.text(index)); };
  return {.row_id = row.integer(0),
          .id = Uuid::from_blob(row.blob(1)),
          .version = row.integer(2),
          .created_at_ms = row.integer(3),
          .updated_at_ms = row.integer(4),
          .email = text(5),
          .email_norm = text(6),
          .name = text(7),
          .active = row.text(8) == "active",
          .epoch = row.integer(9),
          .password_hash = text(10),
          .password_set_at_ms = optional_at(row, 11),
          .has_second_factor = !row.is_null(12),
          .last_sign_in_at_ms = optional_at(row, 13),
          .language = text(14),
          .timezone = text(15),
          .preferences = text(16)};
}

template <class Key>
std::optional<User> find_by(store::ReadTx& tx, std::string_view condition, const Key& key) {
  std::optional<User> user;
  {
    Statement row = tx.prepare(std::string(k_select).append(condition));
    row.with(key);
    if (row.step()) user = user_at(row);
  }
  if (!user) return user;
  user->roles = roles_of(tx, user->row_id);
  user->teams = teams_of(tx, user->row_id);
  return user;
}

class Errors {
 public:
  void add(std::string pointer, std::string code, std::string detail) {
    fields_.push_back({std::move(pointer), std::move(code), std::move(detail)});
  }

  Result<void> result() && {
    if (fields_.empty()) return {};
    std::string message = fields_.front().detail;
    return Error{
        .code = Code::invalid, .message = std::move(message), .fields = std::move(fields_)};
  }

 private:
  std::vector<FieldError> fields_;
};

void check_email(const std::string& email, Errors& errors) {
  if (!normal_email(email))
    errors.add("/email", "invalid_email", "That is no e-mail address: name@example.com.");
}

void check_name(const std::string& name, Errors& errors) {
  if (name.size() > limits::user_name_bytes || !is_utf8(name))
    errors.add("/name", "too_long", "A name has at most 200 bytes.");
}

void check_language(const std::string& language, Errors& errors) {
  constexpr std::size_t k_longest = 35;  // RFC 5646 section 4.4.1
  const bool fits = std::all_of(language.begin(), language.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (!fits || language.size() > k_longest)
    errors.add("/language", "invalid_language", "A language is a tag such as en or vi.");
}

void check_timezone(const std::string& zone, Errors& errors) {
  if (!zone.empty() && !TimeZone::load(zone).ok())
    errors.add("/timezone", "invalid_timezone", "A time zone has a name such as Asia/Ho_Chi_Minh.");
}

void check_roles(store::ReadTx& tx, const std::vector<std::string>& roles, Errors& errors) {
  if (roles.size() > limits::user_roles)
    errors.add("/roles", "too_many", "A user has at most 32 roles.");
  for (std::size_t i = 0; i < std::min(roles.size(), limits::user_roles); ++i) {
    if (!role_exists(tx, roles[i]))
      errors.add("/roles/" + std::to_string(i), "unknown_role",
                 "There is no role \"" + roles[i] + "\".");
  }
}

std::optional<std::int64_t> team_row(store::ReadTx& tx, const Uuid& team) {
  Statement row = tx.prepare("SELECT id FROM teams WHERE uid = ?");
  row.with(store::Blob{team.blob()});
  if (!row.step()) return std::nullopt;
  return row.integer(0);
}

void check_teams(store::ReadTx& tx, const std::vector<Uuid>& teams, Errors& errors) {
  if (teams.size() > limits::user_teams)
    errors.add("/teams", "too_many", "A user is in at most 32 teams.");
  for (std::size_t i = 0; i < std::min(teams.size(), limits::user_teams); ++i) {
    if (!team_row(tx, teams[i]))
      errors.add("/teams/" + std::to_string(i), "unknown_team",
                 "There is no team " + teams[i].text() + ".");
  }
}

Result<void> check_free(store::ReadTx& tx, const std::string& email, std::int64_t own_row_id) {
  const auto other = find_user_by_email(tx, email);
  if (!other || other->row_id == own_row_id) return {};
  return Error{.code = Code::conflict,
               .message = "A user with this e-mail address exists already.",
               .kind = "email_taken",
               .fields = {{"/email", "taken", "A user with this address exists already."}}};
}

void write_roles(store::WriteTx& tx, std::int64_t user_row_id,
                 const std::vector<std::string>& roles) {
  tx.prepare("DELETE FROM user_roles WHERE user_id = ?").with(user_row_id).run();
  for (const std::string& role : roles)
    tx.prepare("INSERT OR IGNORE INTO user_roles (user_id, role) VALUES (?, ?)")
        .with(user_row_id, std::string_view(role))
        .run();
}

Result<void> write_teams(store::WriteTx& tx, std::int64_t user_row_id,
                         const std::vector<Uuid>& teams) {
  tx.prepare("DELETE FROM team_members WHERE user_id = ?").with(user_row_id).run();
  for (const Uuid& team : teams)
    tx.prepare("INSERT OR IGNORE INTO team_members (team_id, user_id) VALUES (?, ?)")
        .with(team_row(tx, team).value_or(0), user_row_id)
        .run();
  for (const Uuid& team : teams)
    TRY(check_colleagues(tx, team_row(tx, team).value_or(0), "/teams"));
  return {};
}

bool has_active_owner(store::ReadTx& tx) {
  Statement row = tx.prepare(
      "SELECT 1 FROM user_roles r JOIN users u ON u.id = r.user_id WHERE r.role = 'owner' AND "
      "u.status = 'active' AND u.deleted_at IS NULL LIMIT 1");
  return row.step();
}

Result<void> check_change(store::ReadTx& tx, const User& before, const UserChange& change) {
  Errors errors;
  if (change.email) check_email(*change.email, errors);
  if (change.name) check_name(*change.name, errors);
  if (change.roles) check_roles(tx, *change.roles, errors);
  if (change.teams) check_teams(tx, *change.teams, errors);
  if (change.language) check_language(*change.language, errors);
  if (change.timezone) check_timezone(*change.timezone, errors);
  if (change.preferences && change.preferences->size() > limits::preferences_bytes)
    errors.add("/preferences", "too_long", "Preferences have at most 16 KiB.");
  TRY(std::move(errors).result());
  return change.email ? check_free(tx, *change.email, before.row_id) : Result<void>();
}

template <class Value>
bool take(const std::optional<Value>& from, Value& into) {
  if (!from || *from == into) return false;
  into = *from;
  return true;
}

template <class Value>
std::optional<std::vector<Value>> sorted(std::optional<std::vector<Value>> values) {
  if (!values) return values;
  std::sort(values->begin(), values->end());
  values->erase(std::unique(values->begin(), values->end()), values->end());
  return values;
}

void write_user(store::WriteTx& tx, const User& user) {
  tx.prepare(
        "UPDATE users SET version = ?, updated_at = ?, email = ?, email_norm = ?, name = ?, "
        "status = ?, language = ?, timezone = ?, preferences = ? WHERE id = ?")
      .with(user.version, user.updated_at_ms, std::string_view(user.email),
            std::string_view(user.email_norm), std::string_view(user.name),
            std::string_view(user.active ? "active" : "disabled"), std::string_view(user.language),
            std::string_view(user.timezone), std::string_view(user.preferences), user.row_id)
      .run();
}

// For the audit trail: what decides about rights, and no personal data.
std::string rights_json(const User& user) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("status").string(user.active ? "active" : "disabled");
  out.key("roles").begin_array();
  for (const std::string& role : user.roles) out.string(role);
  out.end_array().key("teams").begin_array();
  for (const Uuid& team : user.teams) out.string(team.text());
  out.end_array().end_object();
  return text;
}

void record_change(store::WriteTx& tx, const Context& context, const User& before,
                   const User& after) {
  record_event(tx, context, "users", after.id, "update",
               R"({"before":)" + rights_json(before) + R"(,"after":)" + rights_json(after) + "}");
}

Error stale(const User& user) {
  return {.code = Code::stale,
          .message = "The user has been changed meanwhile.",
          .current = to_json(user)};
}

Error last_owner() {
  return {.code = Code::conflict,
          .message = "This is the last active owner: somebody must be able to manage the accounts.",
          .kind = "last_owner",
          .hint = "give another user the role owner first"};
}

}  // namespace

bool any_user(store::ReadTx& tx) {
  return tx.prepare("SELECT 1 FROM users WHERE deleted_at IS NULL LIMIT 1").step();
}

std::optional<User> find_user(store::ReadTx& tx, const Uuid& id) {
  return find_by(tx, "uid = ?", store::Blob{id.blob()});
}

std::optional<User> find_user(store::ReadTx& tx, std::int64_t row_id) {
  return find_by(tx, "id = ?", row_id);
}

std::optional<User> find_user_by_email(store::ReadTx& tx, std::string_view email) {
  const auto normal = normal_email(email);
  if (!normal) return std::nullopt;
  return find_by(tx, "email_norm = ?", std::string_view(*normal));
}

std::vector<User> list_users(store::ReadTx& tx, std::int64_t after_row_id, int limit) {
  std::vector<User> users;
  {
    Statement row = tx.prepare(std::string(k_select).append("id > ? ORDER BY id LIMIT ?"));
    row.with(after_row_id, std::int64_t{limit});
    while (row.step()) users.push_back(user_at(row));
  }
  for (User& user : users) {
    user.roles = roles_of(tx, user.row_id);
    user.teams = teams_of(tx, user.row_id);
  }
  return users;
}

Result<User> create_user(store::WriteTx& tx, const Context& context, const NewUser& wanted) {
  Errors errors;
  check_email(wanted.email, errors);
  check_name(wanted.name, errors);
  check_language(wanted.language, errors);
  check_timezone(wanted.timezone, errors);
  check_roles(tx, wanted.roles, errors);
  check_teams(tx, wanted.teams, errors);
  TRY(std::move(errors).result());
  TRY(check_free(tx, wanted.email, 0));
  const std::string email(trim(wanted.email));
  const std::string normal = normal_email(wanted.email).value_or(email);
  Statement row = tx.prepare(
      "INSERT INTO users (uid, email, email_norm, name, created_at, updated_at, language, "
      "timezone, "
      "password_hash, password_set_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  row.with(store::Blob{wanted.id.blob()}, std::string_view(email), std::string_view(normal),
           std::string_view(wanted.name), context.now_ms, context.now_ms,
           std::string_view(wanted.language), std::string_view(wanted.timezone), nullptr, nullptr);
  if (!wanted.password_hash.empty())
    row.bind(9, std::string_view(wanted.password_hash)).bind(10, context.now_ms);
  row.run();
  const std::int64_t row_id = tx.last_insert_id();
  write_roles(tx, row_id, wanted.roles);
  TRY(write_teams(tx, row_id, wanted.teams));
  accounts_changed(tx);
  const User made = *find_user(tx, row_id);
  record_event(tx, context, "users", made.id, "create", rights_json(made));
  return made;
}

Result<User> change_user(store::WriteTx& tx, const Context& context, const User& before,
                         const UserChange& change, std::optional<std::int64_t> if_version) {
  if (if_version && *if_version != before.version) return stale(before);
  TRY(check_change(tx, before, change));
  User after = before;
  std::sort(after.teams.begin(), after.teams.end());
  const std::vector<Uuid> teams_before = after.teams;
  bool changed = take(change.name, after.name);
  changed |= take(change.email, after.email);
  changed |= take(change.language, after.language);
  changed |= take(change.timezone, after.timezone);
  const bool other_preferences = take(change.preferences, after.preferences);
  const bool other_status = take(change.active, after.active);
  const bool other_rights = take(sorted(change.roles), after.roles) || other_status;
  const bool other_teams = take(sorted(change.teams), after.teams);
  const bool to_record = changed || other_rights || other_teams;
  if (!to_record && !other_preferences) return before;
  after.email = std::string(trim(after.email));
  after.email_norm = normal_email(after.email).value_or(after.email_norm);
  after.version = before.version + 1;
  after.updated_at_ms = context.now_ms;
  const bool had_owner = has_active_owner(tx);
  write_user(tx, after);
  if (other_rights) write_roles(tx, after.row_id, after.roles);
  if (other_teams) TRY(write_teams(tx, after.row_id, after.teams));
  if (had_owner && !has_active_owner(tx)) return last_owner();
  if (other_rights) end_credentials(tx, context, after.row_id);
  accounts_changed(tx);
  const User changed_user = *find_user(tx, after.row_id);
  // How she likes her columns is nobody's business.
  if (to_record) record_change(tx, context, before, changed_user);
  return changed_user;
}

void end_credentials(store::WriteTx& tx, const Context&, std::int64_t user_row_id) {
  tx.prepare("UPDATE users SET epoch = epoch + 1 WHERE id = ?").with(user_row_id).run();
  tx.prepare("DELETE FROM sessions WHERE user_id = ?").with(user_row_id).run();
  tx.prepare("DELETE FROM one_time_links WHERE user_id = ?").with(user_row_id).run();
  accounts_changed(tx);
}

}  // namespace kontor::crm
