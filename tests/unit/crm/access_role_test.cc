// Roles: the ones that come with the program, and what may be written as one.
#include "unit/crm/staff.h"

using namespace kontor;
using namespace kontor::test;
using crm::Act;
using crm::FieldAccess;
using crm::Flag;
using crm::Reach;
using crm::Rights;
using Faults = std::vector<std::string>;

namespace {

Rights rights(std::string_view role) {
  const crm::Role* found = crm::find_built_in_role(role);
  REQUIRE(found != nullptr);
  return crm::rights_of(*found);
}

Reach reach(std::string_view role, std::string_view collection, Act act) {
  return rights(role).reach(Firm::entity(collection), act);
}

FieldAccess cost(const Rights& given) {
  const model::Entity& products = Firm::entity("products");
  return given.field(products, *model::find_field(products, "cost"));
}

Faults faults_of(std::string_view text) {
  const auto role = crm::parse_role(Firm::json(text));
  if (role.ok()) return {};
  CHECK(role.error().code == Code::invalid);
  return faults(role.error());
}

}  // namespace

TEST_CASE("the built-in roles are these") {
  Faults names;
  for (const crm::Role& role : crm::built_in_roles()) {
    names.push_back(role.name);
    CHECK_FALSE(role.label.empty());
    CHECK_FALSE(role.description.empty());
  }
  CHECK(names ==
        Faults{"owner", "manager", "sales", "warehouse", "accountant", "support", "viewer", "api"});
  CHECK(crm::find_built_in_role("root") == nullptr);
}

TEST_CASE("an owner may do everything, a viewer reads, sales changes her own and sees the team's") {
  CHECK(rights("owner") == Rights::everything());
  for (const model::Entity* entity : model::entities()) {
    for (std::size_t act = 0; act < crm::k_acts; ++act)
      CHECK(reach("viewer", entity->collection, static_cast<Act>(act)) ==
            (static_cast<Act>(act) == Act::read ? Reach::all : Reach::none));
  }
  for (const char* collection : {"customers", "contacts", "orders"}) {
    CHECK(reach("sales", collection, Act::read) == Reach::team);
    for (const Act act : {Act::create, Act::update, Act::remove, Act::assign, Act::export_rows})
      CHECK(reach("sales", collection, act) == Reach::own);
    CHECK(reach("sales", collection, Act::import_rows) == Reach::none);
  }
  CHECK(reach("sales", "products", Act::read) == Reach::all);
  CHECK(reach("sales", "products", Act::update) == Reach::none);
}

TEST_CASE("only owners, managers, accountants and programs see what things cost") {
  for (const char* role : {"owner", "manager", "accountant", "api"})
    CHECK(cost(rights(role)) == FieldAccess::open);
  for (const char* role : {"sales", "warehouse", "support", "viewer"})
    CHECK(cost(rights(role)) == FieldAccess::hidden);
}

TEST_CASE("users, settings and backups are the owner's alone") {
  for (const crm::Role& role : crm::built_in_roles()) {
    for (const Flag flag : {Flag::settings, Flag::users, Flag::backup})
      CHECK(crm::rights_of(role).has(flag) == (role.name == "owner"));
  }
}

TEST_CASE("several roles join to the most permissive of each right") {
  Rights both = rights("sales");
  both.unite(rights("warehouse"));
  CHECK(both.reach(Firm::entity("orders"), Act::read) == Reach::all);
  CHECK(both.reach(Firm::entity("orders"), Act::create) == Reach::own);
  CHECK(cost(both) == FieldAccess::hidden);
  both.unite(rights("accountant"));
  CHECK(cost(both) == FieldAccess::open);
  Rights narrowed = Rights::everything();
  narrowed.narrow(rights("sales"));
  CHECK(narrowed == rights("sales"));
}

TEST_CASE("a role is written as it is read") {
  for (const crm::Role& role : crm::built_in_roles()) {
    const auto again = crm::parse_role(Firm::json(crm::role_json(role)));
    REQUIRE(again.ok());
    CHECK(again->rights == role.rights);
    CHECK(crm::role_json(*again) == crm::role_json(role));
  }
}

TEST_CASE("what a role does not name it does not allow") {
  const auto role = crm::parse_role(Firm::json(
      R"({"name": "clerk", "label": "Clerk", "collections": {"orders": {"read": "own"}}})"));
  REQUIRE(role.ok());
  Rights expected;
  expected.set(Firm::entity("orders"), Act::read, Reach::own);
  CHECK(crm::rights_of(*role) == expected);
}

TEST_CASE("every mistake in a role is named at once") {
  CHECK(faults_of("[]") == Faults{":wrong_type"});
  CHECK(faults_of("{}") == Faults{"/name:required", "/label:required"});
  CHECK(faults_of(R"({"name": "Big Boss", "label": "", "power": 1,
                      "collections": {"cars": {}, "orders": {"fly": "all", "read": "some"},
                                      "products": 1},
                      "fields": {"orders": "hidden", "products.cots": "hidden",
                                 "products.cost": "secret"},
                      "flags": ["refund", "fly", 3]})") ==
        Faults{"/name:invalid_name", "/label:required", "/power:unknown_field",
               "/collections/cars:unknown_collection", "/collections/orders/fly:unknown_act",
               "/collections/orders/read:unknown_reach", "/collections/products:wrong_type",
               "/fields/orders:unknown_field", "/fields/products.cots:unknown_field",
               "/fields/products.cost:unknown_access", "/flags/1:unknown_flag",
               "/flags/2:unknown_flag"});
  CHECK(faults_of(R"({"name": "a", "label": "A", "description": ")" + std::string(501, 'x') +
                  "\"}") == Faults{"/description:too_long"});
}

TEST_CASE("rights that could not work are refused") {
  const auto with = [](const std::string& rest) {
    return faults_of(R"({"name": "a", "label": "A", )" + rest + "}");
  };
  CHECK(with(R"("collections": {"orders": {"read": "own", "update": "all", "delete": "team",
                                           "create": "all", "import": "all"}})") ==
        Faults{"/collections/orders/update:beyond_read", "/collections/orders/delete:beyond_read"});
  CHECK(with(R"("collections": {"customers": {"read": "all", "create": "own"}},
                "fields": {"customers.name": "hidden", "customers.email": "hidden"})") ==
        Faults{"/fields/customers.name:needed"});
  CHECK(with(R"("collections": {"customers": {"read": "all"}},
                "fields": {"customers.name": "hidden"})")
            .empty());
  CHECK(with(R"("fields": {"products.cost": "hidden"}, "flags": ["see_cost"])") ==
        Faults{"/fields/products.cost:contradiction"});
}
