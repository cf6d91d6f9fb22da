#include "crm/accounts/token_scopes.h"

#include <catch_amalgamated.hpp>

#include "model/registry.h"

using namespace kontor;
using crm::Act;
using crm::Flag;
using crm::Reach;
using crm::Rights;

namespace {

const model::Entity& entity(std::string_view name) { return *model::find_entity(name); }

Reach reach(const std::vector<std::string>& scopes, std::string_view collection, Act act,
            Rights owner = Rights::everything()) {
  owner.narrow(crm::rights_of_scopes(scopes).value());
  return owner.reach(entity(collection), act);
}

}  // namespace

TEST_CASE("a scope grants one act in one collection") {
  CHECK(reach({"customers:read"}, "customers", Act::read) == Reach::all);
  CHECK(reach({"customers:read"}, "customers", Act::update) == Reach::none);
  CHECK(reach({"customers:read"}, "orders", Act::read) == Reach::none);
}

TEST_CASE("a star stands for every collection or every act") {
  CHECK(reach({"orders:*"}, "orders", Act::remove) == Reach::all);
  CHECK(reach({"orders:*"}, "customers", Act::read) == Reach::none);
  CHECK(reach({"*:read"}, "payments", Act::read) == Reach::all);
  CHECK(reach({"*:read"}, "payments", Act::create) == Reach::none);
}

TEST_CASE("several scopes add up") {
  const std::vector<std::string> scopes = {"customers:read", "orders:create"};
  CHECK(reach(scopes, "customers", Act::read) == Reach::all);
  CHECK(reach(scopes, "orders", Act::create) == Reach::all);
  CHECK(reach(scopes, "orders", Act::read) == Reach::none);
}

TEST_CASE("no scope stands for all that the owner may") {
  CHECK(crm::rights_of_scopes({}).value() == Rights::everything());
}

TEST_CASE("flags are scopes of their own") {
  const Rights rights = crm::rights_of_scopes({"*:*", "see_cost"}).value();
  CHECK(rights.has(Flag::see_cost));
  CHECK_FALSE(rights.has(Flag::users));
  CHECK(rights.reach(entity("orders"), Act::export_rows) == Reach::all);
}

TEST_CASE("a token never reaches further than its owner") {
  Rights owner;
  owner.set(entity("customers"), Act::read, Reach::team);
  owner.set(entity("customers"), Act::update, Reach::own);
  CHECK(reach({"customers:*"}, "customers", Act::read, owner) == Reach::team);
  CHECK(reach({"customers:*"}, "customers", Act::update, owner) == Reach::own);
  CHECK(reach({"customers:*"}, "customers", Act::remove, owner) == Reach::none);
  CHECK(reach({}, "customers", Act::read, owner) == Reach::team);
}

TEST_CASE("fields that are kept from the owner are kept from her token") {
  Rights owner = Rights::everything();
  owner.set(entity("products"), 0, crm::FieldAccess::hidden);
  owner.narrow(crm::rights_of_scopes({"products:read"}).value());
  CHECK(owner.field(entity("products"), 0) == crm::FieldAccess::hidden);
  CHECK(owner.field(entity("products"), 1) == crm::FieldAccess::open);
}

TEST_CASE("what is no scope is named with its place") {
  const Error error = crm::rights_of_scopes({"customers:read", "custmers:read", "fly", ""}).error();
  CHECK(error.code == Code::invalid);
  REQUIRE(error.fields.size() == 3);
  CHECK(error.fields[0].pointer == "/scopes/1");
  CHECK(error.fields[0].code == "unknown_scope");
  CHECK(error.fields[0].detail.find("customers:read") != std::string::npos);
  for (const char* scope : {":", "*", "customers:", ":read", "customers:read:read",
                            "Customers:read", "customers:remove"})
    CHECK_FALSE(crm::rights_of_scopes({scope}).ok());
  CHECK_FALSE(crm::rights_of_scopes({std::string(100'000, 'x')}).ok());
  CHECK_FALSE(crm::rights_of_scopes(std::vector<std::string>(1'000, "*:read")).ok());
}

TEST_CASE("a scope of which the owner has nothing is refused") {
  Rights owner;
  owner.set(entity("customers"), Act::read, Reach::own);
  CHECK(crm::check_scopes({"customers:read", "customers:*", "*:read"}, owner).ok());
  const Error error = crm::check_scopes({"*:read", "orders:read", "users"}, owner).error();
  REQUIRE(error.fields.size() == 2);
  CHECK(error.fields[0].pointer == "/scopes/1");
  CHECK(error.fields[0].code == "exceeds_owner");
  CHECK(error.fields[1].pointer == "/scopes/2");
}
