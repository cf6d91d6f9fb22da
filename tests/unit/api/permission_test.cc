// Who is let through to which route, as tests/unit/api/route_policy.txt says
// for people to read.
#include "api/permission.h"

#include <catch_amalgamated.hpp>
#include <fstream>
#include <map>
#include <sstream>

#include "api/route.h"
#include "crm/access/role.h"
#include "model/registry.h"

namespace kontor::api {
namespace {

using crm::Act;
using crm::Flag;
using crm::Principal;
using crm::Reach;

const model::Entity& orders() { return *model::find_entity("orders"); }

Principal somebody() {
  Principal who{.kind = Principal::Kind::session};
  who.user_id = 1;
  return who;
}

Code refusal_of(const Permission& permission, const Principal& who, bool is_here = false) {
  const Result<void> checked = check(permission, who, is_here);
  REQUIRE_FALSE(checked.ok());
  return checked.error().code;
}

struct Row {
  std::string rule;
  std::string roles;  // parted by blanks, in the order of schema/roles.json
};

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

// "GET /api/v1/customers" → what stands behind it in the policy file.
std::map<std::string, Row> policy() {
  std::ifstream file(std::string(KONTOR_SOURCE_DIR) + "/tests/unit/api/route_policy.txt");
  REQUIRE(file.is_open());
  std::map<std::string, Row> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with("#")) continue;
    const auto first = line.find('|'), second = line.find('|', first + 1);
    REQUIRE(second != std::string::npos);
    CHECK(rows.emplace(trimmed(line.substr(0, first)),
                       Row{trimmed(line.substr(first + 1, second - first - 1)),
                           trimmed(line.substr(second + 1))})
              .second);
  }
  return rows;
}

// The built-in roles that are let through, of callers from elsewhere.
std::string roles_of(const Permission& permission) {
  std::string names;
  for (const crm::Role& role : crm::built_in_roles()) {
    Principal who = somebody();
    who.rights = role.rights;
    if (check(permission, who, false).ok()) names += (names.empty() ? "" : " ") + role.name;
  }
  return names;
}

std::string rule_of(const Permission& permission) {
  using Kind = Permission::Kind;
  std::string rule;
  switch (permission.kind()) {
    case Kind::open: return "everybody";
    case Kind::local: return "this machine, or " + std::string(name_of(*permission.flag()));
    case Kind::signed_in: rule = "any account"; break;
    case Kind::flag: return std::string(name_of(*permission.flag()));
    case Kind::any: rule = std::string(name_of(permission.act())) + " any collection"; break;
    case Kind::collection:
      rule = std::string(name_of(permission.act())) + " " +
             std::string(permission.entity()->collection);
      break;
  }
  return permission.flag() ? rule + ", and " + std::string(name_of(*permission.flag())) : rule;
}

}  // namespace

TEST_CASE(
    "who has shown nothing gets at what is open, and on this machine at "
    "the figures") {
  const Principal nobody;
  CHECK(check(Permission::open(), nobody, false).ok());
  CHECK(check(Permission::local(Flag::settings), nobody, true).ok());
  CHECK(refusal_of(Permission::local(Flag::settings), nobody) == Code::forbidden);
  for (const Permission& permission :
       {Permission::signed_in(), Permission::flag(Flag::users), Permission::any(Act::read),
        Permission(orders(), Act::read)}) {
    CHECK(refusal_of(permission, nobody) == Code::unauthenticated);
    CHECK(refusal_of(permission, nobody, true) == Code::unauthenticated);
  }
}

TEST_CASE("the program itself, which may do everything, has no way in by a route") {
  const Principal& program = *Principal::program();
  for (const Permission& permission :
       {Permission::signed_in(), Permission::flag(Flag::users), Permission::any(Act::import_rows),
        Permission(orders(), Act::remove).with(Flag::refund)})
    CHECK(refusal_of(permission, program, true) == Code::unauthenticated);
}

TEST_CASE(
    "a right to some rows lets through; none at all to the collection "
    "does not") {
  Principal who = somebody();
  CHECK(refusal_of({orders(), Act::read}, who) == Code::forbidden);
  CHECK(refusal_of(Permission::any(Act::read), who) == Code::forbidden);
  CHECK(check(Permission::signed_in(), who, false).ok());
  who.rights.set(orders(), Act::read, Reach::own);
  CHECK(check({orders(), Act::read}, who, false).ok());
  CHECK(check(Permission::any(Act::read), who, false).ok());
  CHECK(refusal_of({orders(), Act::update}, who) == Code::forbidden);
  CHECK(refusal_of({*model::find_entity("customers"), Act::read}, who) == Code::forbidden);
}

TEST_CASE("a flag beside a right to a collection is asked, too") {
  Principal who = somebody();
  who.rights.set(orders(), Act::read, Reach::all);
  who.rights.set(orders(), Act::update, Reach::all);
  const Permission both = Permission(orders(), Act::update).with(Flag::refund);
  CHECK(refusal_of(both, who) == Code::forbidden);
  who.rights.set(Flag::refund, true);
  CHECK(check(both, who, false).ok());
  who.rights.set(orders(), Act::update, Reach::none);
  CHECK(refusal_of(both, who) == Code::forbidden);
}

TEST_CASE(
    "the figures of the process are for this machine and for who has the "
    "settings") {
  Principal who = somebody();
  const Permission figures = Permission::local(Flag::settings);
  CHECK(refusal_of(figures, who) == Code::forbidden);
  who.rights.set(Flag::settings, true);
  CHECK(check(figures, who, false).ok());
}

TEST_CASE(
    "every route lets those through whom the policy file names, and "
    "every row is a route") {
  std::map<std::string, Row> rows = policy();
  for (const Route& route : all_routes()) {
    const std::string name = std::string(route.method) + " " + route.pattern;
    const std::string rule = rule_of(route.permission), roles = roles_of(route.permission);
    INFO("the row would be: " << name << " | " << rule << " | " << roles);
    CHECK(rows.contains(name));
    CHECK(rows[name].rule == rule);
    CHECK(rows[name].roles == roles);
    rows.erase(name);
  }
  for (const auto& [name, row] : rows) FAIL_CHECK("no such route: " << name);
}

}  // namespace kontor::api
