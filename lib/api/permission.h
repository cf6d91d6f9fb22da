// What a route asks of its caller before its handler runs. Which of a collection's rows she then
// sees or changes is decided below, by crm/access.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "crm/access/principal.h"
#include "model/entity.h"

namespace kontor::api {

// No default: a route that does not say who may call it does not compile.
class Permission {
 public:
  enum class Kind : std::uint8_t {
    open,        // everybody, without an account: health, reference, signing in
    local,       // programs on this machine (not through a proxy), and whoever has a flag
    signed_in,   // every account
    flag,        // accounts with a right that belongs to no collection
    any,         // accounts with a right to at least one collection
    collection,  // accounts with a right to this one
  };

  // The right to some rows of the collection at least.
  Permission(const model::Entity& entity, crm::Act act)
      : kind_(Kind::collection), entity_(&entity), act_(act) {}
  static Permission open() { return Permission(Kind::open); }
  static Permission local(crm::Flag or_flag) { return Permission(Kind::local).with(or_flag); }
  static Permission signed_in() { return Permission(Kind::signed_in); }
  static Permission flag(crm::Flag flag) { return Permission(Kind::flag).with(flag); }
  static Permission any(crm::Act act) {
    Permission permission(Kind::any);
    permission.act_ = act;
    return permission;
  }
  // Asks for this flag, too.
  Permission with(crm::Flag flag) const {
    Permission permission = *this;
    permission.flag_ = flag;
    return permission;
  }

  Kind kind() const { return kind_; }
  const model::Entity* entity() const { return entity_; }  // null but for Kind::collection
  crm::Act act() const { return act_; }                    // of Kind::any and Kind::collection
  std::optional<crm::Flag> flag() const { return flag_; }

 private:
  explicit Permission(Kind kind) : kind_(kind) {}

  Kind kind_;
  const model::Entity* entity_ = nullptr;
  crm::Act act_ = crm::Act::read;
  std::optional<crm::Flag> flag_ = {};
};

// The one place where a caller is let through to a route, or is not. `is_here`: she is a program on
// this machine. Code::unauthenticated: nobody has signed in; Code::forbidden.
Result<void> check(const Permission& permission, const crm::Principal& principal, bool is_here);

// For people: "Right: read customers."
std::string description_of(const Permission& permission);

}  // namespace kontor::api
