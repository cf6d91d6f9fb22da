#include "crm/access/row_predicate.h"

#include <algorithm>

namespace kontor::crm {

RowPredicate rows_within(const Principal& principal, const model::Entity& entity, Act act,
                         std::string_view alias) {
  const std::string holder = std::string(alias) + ".holder_id";
  switch (principal.rights.reach(entity, act)) {
    case Reach::all: return {};
    case Reach::own: return {.sql = holder + " = ?", .parameters = {principal.user_id}};
    case Reach::none: return {.sql = "0", .parameters = {}};
    case Reach::team: break;
  }
  std::string marks;
  for (std::size_t i = 0; i < principal.peers.size(); ++i) marks += i == 0 ? "?" : ", ?";
  return {.sql = holder + " IN (" + marks + ")", .parameters = principal.peers};
}

bool reaches(const Principal& principal, const model::Entity& entity, Act act,
             std::optional<std::int64_t> holder_id) {
  const Reach reach = principal.rights.reach(entity, act);
  if (reach == Reach::all) return true;
  if (!holder_id) return false;
  if (reach == Reach::own) return *holder_id == principal.user_id;
  return reach == Reach::team &&
         std::binary_search(principal.peers.begin(), principal.peers.end(), *holder_id);
}

Result<void> require(const Principal& principal, const model::Entity& entity, Act act) {
  if (principal.rights.reach(entity, act) != Reach::none) return {};
  return Error{.code = Code::forbidden,
               .message = "You have no right to " + std::string(name_of(act)) + " " +
                          std::string(entity.collection) + ".",
               .kind = "forbidden"};
}

}  // namespace kontor::crm
