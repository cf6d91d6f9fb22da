#include "crm/accounts/management.h"

#include "crm/accounts/role_rights.h"
#include "crm/accounts/users.h"
#include "model/registry.h"

namespace kontor::crm {
namespace {

bool is_within(const Rights& inner, const Rights& outer) {
  Rights common = inner;
  common.narrow(outer);
  return common == inner;
}

Error exceeds(std::string message) {
  return {.code = Code::forbidden, .message = std::move(message), .kind = "exceeds_own_rights"};
}

}  // namespace

Result<void> check_may_grant(store::ReadTx& tx, const Principal& principal,
                             std::span<const std::string> roles) {
  if (is_within(rights_of_roles(tx, roles), principal.rights)) return {};
  return exceeds("These roles may do more than you: nobody gives what she does not have.");
}

Result<void> check_may_form_teams(const Principal& principal) {
  for (const model::Entity* entity : model::entities())
    for (std::size_t act = 0; act < k_acts; ++act)
      if (principal.rights.reach(*entity, static_cast<Act>(act)) == Reach::team)
        return exceeds(
            "Your own rights reach as far as your teams, so somebody else says who is in one.");
  return {};
}

Result<void> check_may_manage(store::ReadTx& tx, const Principal& principal, const Uuid& user) {
  const auto found = find_user(tx, user);
  return found ? check_may_manage(tx, principal, *found) : Result<void>();
}

Result<void> check_may_manage(store::ReadTx& tx, const Principal& principal, const User& user) {
  if (is_within(rights_of_roles(tx, user.roles), principal.rights)) return {};
  return exceeds("This user may do more than you: ask someone who may do as much.");
}

}  // namespace kontor::crm
