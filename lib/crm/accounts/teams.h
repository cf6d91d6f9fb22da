// Teams: users who see each other's records where their rights say `team`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/uuid.h"
#include "crm/context.h"
#include "store/transaction.h"

namespace kontor::crm {

struct Team {
  std::int64_t row_id = 0;
  Uuid id{};
  std::int64_t version = 0;
  std::int64_t created_at_ms = 0;
  std::int64_t updated_at_ms = 0;
  std::string name = {};
  std::vector<Uuid> members = {};  // users, by their id
};

// {"id","version","created_at","updated_at","name","members":[…]}
std::string to_json(const Team& team);

// Code::invalid at `pointer` if a member of this team shares teams with too many people: to be
// asked when members have changed, in the same transaction.
Result<void> check_colleagues(store::ReadTx& tx, std::int64_t team_row_id,
                              std::string_view pointer);

// All of them, by name: there are limits::teams at most.
std::vector<Team> list_teams(store::ReadTx& tx);
std::optional<Team> find_team(store::ReadTx& tx, const Uuid& id);

// `body`: {"name", "members"?}. Code::invalid with every field that is wrong; Code::conflict, kind
// `unique`, if another team has the name, and kind `too_many` if there are as many as there can be.
// All changes count for the rights of the members at once.
Result<Team> create_team(store::WriteTx& tx, const Context& context, const Uuid& id,
                         const Json& body);

// A merge patch; `members` replaces all of them. Code::not_found; Code::stale if `if_version` is
// another one. What changes nothing writes nothing.
Result<Team> change_team(store::WriteTx& tx, const Context& context, const Uuid& id,
                         const Json& patch, std::optional<std::int64_t> if_version = {});

// Its members stay users. Code::not_found, Code::stale.
Result<void> remove_team(store::WriteTx& tx, const Context& context, const Uuid& id,
                         std::optional<std::int64_t> if_version = {});

}  // namespace kontor::crm
