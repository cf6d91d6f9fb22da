#include "crm/accounts/teams.h"

#include <algorithm>
#include <iterator>

#include "base/civil.h"
#include "base/fold.h"
#include "base/json_writer.h"
#include "base/limits.h"
#include "crm/accounts/account_changes.h"
#include "crm/accounts/management.h"

namespace kontor::crm {
namespace {

using store::Statement;

constexpr std::string_view k_select =
    "SELECT id, uid, version, created_at, updated_at, name FROM teams ";

Error no_such_team() {
  return {.code = Code::not_found, .message = "There is no team with this id."};
}

Team team_at(store::ReadTx& tx, const Statement& row) {
  Team team{.row_id = row.integer(0),
            .id = Uuid::from_blob(row.blob(1)),
            .version = row.integer(2),
            .created_at_ms = row.integer(3),
            .updated_at_ms = row.integer(4),
            .name = std::string(row.text(5))};
  Statement member = tx.prepare(
      "SELECT u.uid FROM team_members m JOIN users u ON u.id = m.user_id WHERE m.team_id = ? "
      "ORDER BY u.uid");
  member.with(team.row_id);
  while (member.step()) team.members.push_back(Uuid::from_blob(member.blob(0)));
  return team;
}

// Reads the members of a body into a team; what is wrong is collected, to be told at once.
class TeamReader {
 public:
  TeamReader(store::ReadTx& tx, Team& team) : tx_(tx), team_(team) {}

  Result<void> read(const Json& body) {
    for (const auto& [name, value] : *body.object()) {
      if (name == "name") {
        read_name(value);
      } else if (name == "members") {
        read_members(value);
      } else {
        refuse("/" + pointer_step(name), "unknown_field", "There is no such field.");
      }
    }
    if (team_.name.empty() && errors_.empty()) refuse("/name", "required", "A team needs a name.");
    if (errors_.empty()) return {};
    const std::string message = errors_.front().detail;
    return Error{.code = Code::invalid,
                 .message = message,
                 .kind = "validation_failed",
                 .fields = std::move(errors_)};
  }

 private:
  void refuse(std::string pointer, std::string code, std::string detail) {
    errors_.push_back({std::move(pointer), std::move(code), std::move(detail)});
  }

  void read_name(const Json& value) {
    if (value.string() == nullptr) return refuse("/name", "wrong_type", "Must be a string.");
    team_.name = trim(*value.string());
    if (team_.name.empty()) return refuse("/name", "required", "A team needs a name.");
    if (team_.name.size() > limits::team_name_bytes)
      refuse("/name", "too_long",
             "A name has at most " + std::to_string(limits::team_name_bytes) + " bytes.");
  }

  void read_members(const Json& value) {
    if (value.array() == nullptr)
      return refuse("/members", "wrong_type", "Must be a list of the ids of users.");
    if (value.array()->size() > limits::team_members)
      return refuse("/members", "too_long",
                    "A team has at most " + std::to_string(limits::team_members) + " members.");
    team_.members.clear();
    for (std::size_t i = 0; i < value.array()->size(); ++i)
      read_member((*value.array())[i], "/members/" + std::to_string(i));
    std::sort(team_.members.begin(), team_.members.end());
    const auto end = std::unique(team_.members.begin(), team_.members.end());
    team_.members.erase(end, team_.members.end());
  }

  void read_member(const Json& value, std::string pointer) {
    const auto id = value.string() != nullptr ? Uuid::parse(*value.string()) : std::nullopt;
    if (!id) return refuse(std::move(pointer), "wrong_type", "Must be the id of a user.");
    Statement row = tx_.prepare("SELECT 1 FROM users WHERE uid = ? AND deleted_at IS NULL");
    row.with(store::Blob{id->blob()});
    if (!row.step()) return refuse(std::move(pointer), "not_found", "There is no such user.");
    team_.members.push_back(*id);
  }

  store::ReadTx& tx_;
  Team& team_;
  std::vector<FieldError> errors_;
};

Result<void> check_name_free(store::ReadTx& tx, const Team& team) {
  Statement row = tx.prepare("SELECT 1 FROM teams WHERE name = ? AND id <> ?");
  row.with(std::string_view(team.name), team.row_id);
  if (!row.step()) return {};
  return Error{.code = Code::conflict,
               .message = "There is a team of this name already.",
               .kind = "unique",
               .fields = {{"/name", "taken", "This name is taken."}}};
}

Result<void> check_room(store::ReadTx& tx) {
  Statement row = tx.prepare("SELECT count(*) FROM teams");
  row.step();
  if (row.integer(0) < static_cast<std::int64_t>(limits::teams)) return {};
  return Error{.code = Code::conflict,
               .message = "There are " + std::to_string(limits::teams) + " teams, and no more fit.",
               .kind = "too_many"};
}

Result<void> check_version(const Team& team, std::optional<std::int64_t> if_version) {
  if (!if_version || *if_version == team.version) return {};
  return Error{.code = Code::stale,
               .message = "The team was changed meanwhile: it is at version " +
                          std::to_string(team.version) + ".",
               .current = to_json(team)};
}

// Nobody moves who may do more than she, nor herself to where she sees more.
Result<void> check_moves(store::ReadTx& tx, const Context& context, const std::vector<Uuid>& before,
                         const std::vector<Uuid>& after) {
  std::vector<Uuid> moved;
  std::set_symmetric_difference(before.begin(), before.end(), after.begin(), after.end(),
                                std::back_inserter(moved));
  if (moved.empty()) return {};
  TRY(check_may_form_teams(*context.principal));
  for (const Uuid& user : moved) TRY(check_may_manage(tx, *context.principal, user));
  return {};
}

void write_members(store::WriteTx& tx, const Team& team) {
  tx.prepare("DELETE FROM team_members WHERE team_id = ?").with(team.row_id).run();
  Statement insert = tx.prepare(
      "INSERT INTO team_members (team_id, user_id) SELECT ?, id FROM users WHERE uid = ?");
  for (const Uuid& member : team.members) {
    const std::string_view uid = member.blob();
    insert.with(team.row_id, store::Blob{uid}).run();
  }
}

}  // namespace

Result<void> check_colleagues(store::ReadTx& tx, std::int64_t team_row_id,
                              std::string_view pointer) {
  Statement row = tx.prepare(
      "SELECT 1 FROM team_members t WHERE t.team_id = ?1 AND "
      "(SELECT count(DISTINCT other.user_id) FROM team_members mine JOIN team_members other ON "
      "other.team_id = mine.team_id WHERE mine.user_id = t.user_id) > ?2 LIMIT 1");
  row.with(team_row_id, static_cast<std::int64_t>(limits::team_colleagues));
  if (!row.step()) return {};
  const std::string detail = "Somebody would share teams with more than " +
                             std::to_string(limits::team_colleagues) + " people, herself included.";
  return Error{.code = Code::invalid,
               .message = detail,
               .kind = "validation_failed",
               .fields = {{std::string(pointer), "too_many", detail}}};
}

std::string to_json(const Team& team) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("id").string(team.id.text()).key("version").integer(team.version);
  out.key("created_at").string(format_instant(team.created_at_ms));
  out.key("updated_at").string(format_instant(team.updated_at_ms));
  out.key("name").string(team.name).key("members").begin_array();
  for (const Uuid& member : team.members) out.string(member.text());
  out.end_array().end_object();
  return text;
}

std::vector<Team> list_teams(store::ReadTx& tx) {
  Statement row = tx.prepare(std::string(k_select) + "ORDER BY name");
  std::vector<Team> all;
  while (row.step()) all.push_back(team_at(tx, row));
  return all;
}

std::optional<Team> find_team(store::ReadTx& tx, const Uuid& id) {
  Statement row = tx.prepare(std::string(k_select) + "WHERE uid = ?");
  row.with(store::Blob{id.blob()});
  if (!row.step()) return std::nullopt;
  return team_at(tx, row);
}

Result<Team> create_team(store::WriteTx& tx, const Context& context, const Uuid& id,
                         const Json& body) {
  Team team{.id = id, .version = 1, .created_at_ms = context.now_ms};
  team.updated_at_ms = context.now_ms;
  TRY(TeamReader(tx, team).read(body));
  TRY(check_name_free(tx, team));
  TRY(check_room(tx));
  TRY(check_moves(tx, context, {}, team.members));
  tx.prepare(
        "INSERT INTO teams (uid, version, created_at, updated_at, name) VALUES (?, ?, ?, ?, ?)")
      .with(store::Blob{team.id.blob()}, team.version, team.created_at_ms, team.updated_at_ms,
            std::string_view(team.name))
      .run();
  team.row_id = tx.last_insert_id();
  write_members(tx, team);
  TRY(check_colleagues(tx, team.row_id, "/members"));
  note_account_change(tx, context, "teams", team.id, "create", "", to_json(team));
  return team;
}

Result<Team> change_team(store::WriteTx& tx, const Context& context, const Uuid& id,
                         const Json& patch, std::optional<std::int64_t> if_version) {
  const auto before = find_team(tx, id);
  if (!before) return no_such_team();
  TRY(check_version(*before, if_version));
  Team team = *before;
  TRY(TeamReader(tx, team).read(patch));
  if (team.name == before->name && team.members == before->members) return team;
  TRY(check_name_free(tx, team));
  TRY(check_moves(tx, context, before->members, team.members));
  ++team.version;
  team.updated_at_ms = context.now_ms;
  tx.prepare("UPDATE teams SET version = ?, updated_at = ?, name = ? WHERE id = ?")
      .with(team.version, team.updated_at_ms, std::string_view(team.name), team.row_id)
      .run();
  if (team.members != before->members) {
    write_members(tx, team);
    TRY(check_colleagues(tx, team.row_id, "/members"));
  }
  note_account_change(tx, context, "teams", team.id, "update", to_json(*before), to_json(team));
  return team;
}

Result<void> remove_team(store::WriteTx& tx, const Context& context, const Uuid& id,
                         std::optional<std::int64_t> if_version) {
  const auto team = find_team(tx, id);
  if (!team) return no_such_team();
  TRY(check_version(*team, if_version));
  TRY(check_moves(tx, context, team->members, {}));
  tx.prepare("DELETE FROM teams WHERE id = ?").with(team->row_id).run();
  note_account_change(tx, context, "teams", team->id, "delete", to_json(*team), "");
  return {};
}

}  // namespace kontor::crm
