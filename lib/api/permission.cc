#include "api/permission.h"

#include <algorithm>

#include "crm/access/row_predicate.h"
#include "model/registry.h"

namespace kontor::api {
namespace {

using Kind = Permission::Kind;

Error forbidden(std::string message) {
  return {.code = Code::forbidden, .message = std::move(message), .kind = "forbidden"};
}

// A user. Neither who has shown nothing nor the program itself, which asks for no routes.
bool is_someone(const crm::Principal& principal) { return principal.user_id != 0; }

Result<void> check_flag(const Permission& permission, const crm::Principal& principal) {
  if (!permission.flag() || principal.rights.has(*permission.flag())) return {};
  return forbidden("This asks for the right \"" + std::string(crm::name_of(*permission.flag())) +
                   "\", which you do not have.");
}

Result<void> check_local(const Permission& permission, const crm::Principal& principal,
                         bool is_here) {
  if (is_here || (is_someone(principal) && check_flag(permission, principal).ok())) return {};
  return forbidden(
      "Only programs on this machine may ask for this without an account that has "
      "the right \"" +
      std::string(crm::name_of(*permission.flag())) + "\", and not through a proxy.");
}

Result<void> check_any(const crm::Principal& principal, crm::Act act) {
  const auto all = model::entities();
  const bool has_one = std::any_of(all.begin(), all.end(), [&](const model::Entity* entity) {
    return principal.rights.reach(*entity, act) != crm::Reach::none;
  });
  if (has_one) return {};
  return forbidden("You have no right to " + std::string(crm::name_of(act)) + " anything.");
}

}  // namespace

Result<void> check(const Permission& permission, const crm::Principal& principal, bool is_here) {
  if (permission.kind() == Kind::open) return {};
  if (permission.kind() == Kind::local) return check_local(permission, principal, is_here);
  if (!is_someone(principal))
    return Error{.code = Code::unauthenticated, .message = "Sign in first."};
  if (permission.kind() == Kind::any) TRY(check_any(principal, permission.act()));
  if (permission.kind() == Kind::collection)
    TRY(crm::require(principal, *permission.entity(), permission.act()));
  return check_flag(permission, principal);
}

std::string description_of(const Permission& permission) {
  std::string text;
  switch (permission.kind()) {
    case Kind::open: return "";
    case Kind::local:
      return "From this machine, and not through a proxy; else the right: " +
             std::string(crm::name_of(*permission.flag())) + ".";
    case Kind::signed_in: text = "Any account."; break;
    case Kind::flag: return "Right: " + std::string(crm::name_of(*permission.flag())) + ".";
    case Kind::any:
      text = "Right: " + std::string(crm::name_of(permission.act())) + " some collection.";
      break;
    case Kind::collection:
      text = "Right: " + std::string(crm::name_of(permission.act())) + " " +
             std::string(permission.entity()->collection) + ".";
      break;
  }
  if (permission.flag()) text += " Right: " + std::string(crm::name_of(*permission.flag())) + ".";
  return text;
}

}  // namespace kontor::api
