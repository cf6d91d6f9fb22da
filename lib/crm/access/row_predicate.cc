#include "crm/access/row_predicate.h"

#include <algorithm>

namespace kontor::crm {
namespace {

bool needs_sight(Act act) { return act != Act::create && act != Act::import_rows; }

}  // namespace

Reach reach_of(const Principal& principal, const model::Entity& entity, Act act) {
  const Reach reach = principal.rights.reach(entity, act);
  return needs_sight(act) ? std::min(reach, principal.rights.reach(entity, Act::read)) : reach;
}

std::string held_by_one(std::string_view alias) { return std::string(alias) + ".holder_id = ?"; }

RowPredicate rows_within(const Principal& principal, const model::Entity& entity, Act act,
                         std::string_view alias) {
  const Reach reach = reach_of(principal, entity, act);
  if (reach == Reach::all) return {};
  if (reach == Reach::none) return {.sql = "0", .parameters = {}};
  if (reach == Reach::own || principal.peers.size() < 2)
    return {.sql = held_by_one(alias), .parameters = {principal.user_id}};
  std::string marks;
  for (std::size_t i = 0; i < principal.peers.size(); ++i) marks += i == 0 ? "?" : ", ?";
  return {.sql = std::string(alias) + ".holder_id IN (" + marks + ")",
          .parameters = principal.peers};
}

bool reaches(const Principal& principal, const model::Entity& entity, Act act,
             std::optional<std::int64_t> holder_id) {
  const Reach reach = reach_of(principal, entity, act);
  if (reach == Reach::all) return true;
  if (reach == Reach::none || !holder_id) return false;
  if (*holder_id == principal.user_id) return true;
  return reach == Reach::team &&
         std::binary_search(principal.peers.begin(), principal.peers.end(), *holder_id);
}

Result<void> require(const Principal& principal, const model::Entity& entity, Act act) {
  if (reach_of(principal, entity, act) != Reach::none) return {};
  return Error{.code = Code::forbidden,
               .message = "You have no right to " + std::string(name_of(act)) + " " +
                          std::string(entity.collection) + ".",
               .kind = "forbidden"};
}

}  // namespace kontor::crm
