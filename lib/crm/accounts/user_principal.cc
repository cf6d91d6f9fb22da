#include "crm/accounts/user_principal.h"

#include "base/limits.h"
#include "crm/accounts/role_rights.h"
#include "crm/accounts/teams.h"
#include "crm/accounts/users.h"

namespace kontor::crm {
namespace {

std::vector<std::int64_t> peers_of(store::ReadTx& tx, std::int64_t user_row_id) {
  std::vector<std::int64_t> peers;
  store::Statement row = tx.prepare(
      "SELECT ?1 UNION SELECT other.user_id FROM team_members mine JOIN team_members other ON "
      "other.team_id = mine.team_id WHERE mine.user_id = ?1 ORDER BY 1");
  row.with(user_row_id);
  while (row.step()) peers.push_back(row.integer(0));
  // Past the program, as check_colleagues() refuses it: no statement could ask for so many.
  if (peers.size() > limits::team_colleagues) return {user_row_id};
  return peers;
}

}  // namespace

std::optional<Principal> user_principal(store::ReadTx& tx, std::int64_t user_row_id,
                                        std::int64_t epoch) {
  auto user = find_user(tx, user_row_id);
  if (!user || !user->active || user->epoch != epoch) return std::nullopt;
  Principal principal{.user_id = user->row_id, .user = user->id};
  principal.email = std::move(user->email);
  principal.name = std::move(user->name);
  principal.rights = rights_of_roles(tx, user->roles);
  principal.roles = std::move(user->roles);
  principal.has_second_factor = user->has_second_factor;
  principal.peers = peers_of(tx, user_row_id);
  return principal;
}

}  // namespace kontor::crm
