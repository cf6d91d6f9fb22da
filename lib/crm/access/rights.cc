#include "crm/access/rights.h"

#include <algorithm>

#include "base/check.h"
#include "model/registry.h"

namespace kontor::crm {
namespace {

std::size_t position_of(const model::Entity& entity) {
  const auto all = model::entities();
  const auto found = std::find(all.begin(), all.end(), &entity);
  CHECK(found != all.end());
  return static_cast<std::size_t>(found - all.begin());
}

// Where the rules for the fields of an entity begin: those of lines follow their collection's own.
struct FieldRules {
  std::size_t collection, first;
};

FieldRules field_rules(const model::Entity& entity) {
  const auto all = model::entities();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] == &entity) return {i, 0};
    if (all[i]->lines == &entity) return {i, all[i]->fields.size()};
  }
  CHECK(false);
}

std::size_t count_fields(const model::Entity& entity) {
  return entity.fields.size() + (entity.lines != nullptr ? entity.lines->fields.size() : 0);
}

std::size_t index(Act act) { return static_cast<std::size_t>(act); }
std::size_t index(Flag flag) { return static_cast<std::size_t>(flag); }

}  // namespace

std::string_view name_of(Act act) {
  constexpr std::string_view names[k_acts] = {"read",   "create", "update", "delete",
                                              "assign", "export", "import"};
  return names[index(act)];
}

std::string_view name_of(Reach reach) {
  constexpr std::string_view names[] = {"none", "own", "team", "all"};
  return names[static_cast<std::size_t>(reach)];
}

std::string_view name_of(Flag flag) {
  constexpr std::string_view names[k_flags] = {"settings", "users",         "audit", "backup",
                                               "see_cost", "issue_invoice", "refund"};
  return names[index(flag)];
}

Rights::Rights() {
  for (const model::Entity* entity : model::entities())
    collections_.push_back({.fields = std::vector(count_fields(*entity), FieldAccess::open)});
}

Rights Rights::everything() {
  Rights rights;
  for (Collection& collection : rights.collections_) collection.reach.fill(Reach::all);
  rights.flags_.fill(true);
  return rights;
}

Reach Rights::reach(const model::Entity& entity, Act act) const {
  return collections_[position_of(entity)].reach[index(act)];
}

bool Rights::has(Flag flag) const { return flags_[index(flag)]; }

FieldAccess Rights::field(const model::Entity& entity, std::size_t position) const {
  if (entity.fields[position].cost && !has(Flag::see_cost)) return FieldAccess::hidden;
  const FieldRules rules = field_rules(entity);
  return collections_[rules.collection].fields[rules.first + position];
}

FieldAccess Rights::narrowest_field(const model::Entity& entity) const {
  const FieldRules rules = field_rules(entity);
  const std::vector<FieldAccess>& fields = collections_[rules.collection].fields;
  const bool hides_costs = !has(Flag::see_cost);
  FieldAccess narrowest = FieldAccess::open;
  for (std::size_t i = 0; i < entity.fields.size(); ++i) {
    if (hides_costs && entity.fields[i].cost) return FieldAccess::hidden;
    narrowest = std::min(narrowest, fields[rules.first + i]);
  }
  return entity.lines != nullptr ? std::min(narrowest, narrowest_field(*entity.lines)) : narrowest;
}

bool Rights::hides_fields(const model::Entity& entity) const {
  return narrowest_field(entity) == FieldAccess::hidden;
}

bool Rights::restricts_fields(const model::Entity& entity) const {
  return narrowest_field(entity) != FieldAccess::open;
}

void Rights::set(const model::Entity& entity, Act act, Reach reach) {
  collections_[position_of(entity)].reach[index(act)] = reach;
}

void Rights::set(const model::Entity& entity, std::size_t position, FieldAccess access) {
  const FieldRules rules = field_rules(entity);
  collections_[rules.collection].fields[rules.first + position] = access;
}

void Rights::set(Flag flag, bool value) { flags_[index(flag)] = value; }

// A role that cannot read a collection says nothing about its fields.
void Rights::unite(const Rights& other) {
  for (std::size_t i = 0; i < collections_.size(); ++i) {
    Collection& mine = collections_[i];
    const Collection& theirs = other.collections_[i];
    const bool i_read = mine.reach[index(Act::read)] != Reach::none;
    const bool they_read = theirs.reach[index(Act::read)] != Reach::none;
    if (!i_read) mine.fields = theirs.fields;
    for (std::size_t f = 0; i_read && they_read && f < mine.fields.size(); ++f)
      mine.fields[f] = std::max(mine.fields[f], theirs.fields[f]);
    for (std::size_t a = 0; a < k_acts; ++a)
      mine.reach[a] = std::max(mine.reach[a], theirs.reach[a]);
  }
  for (std::size_t f = 0; f < k_flags; ++f) flags_[f] = flags_[f] || other.flags_[f];
}

void Rights::narrow(const Rights& other) {
  for (std::size_t i = 0; i < collections_.size(); ++i) {
    Collection& mine = collections_[i];
    const Collection& theirs = other.collections_[i];
    for (std::size_t f = 0; f < mine.fields.size(); ++f)
      mine.fields[f] = std::min(mine.fields[f], theirs.fields[f]);
    for (std::size_t a = 0; a < k_acts; ++a)
      mine.reach[a] = std::min(mine.reach[a], theirs.reach[a]);
  }
  for (std::size_t f = 0; f < k_flags; ++f) flags_[f] = flags_[f] && other.flags_[f];
}

}  // namespace kontor::crm
