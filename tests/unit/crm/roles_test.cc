// Roles of the firm's own, and why somebody may do what.
#include "crm/accounts/roles.h"

#include "crm/access/explain.h"
#include "crm/accounts/role_rights.h"
#include "unit/crm/people.h"

using namespace kontor;
using namespace kontor::test;
using crm::Act;
using crm::Reach;

namespace {

constexpr std::string_view k_courier = R"({"name": "courier", "label": "Courier",
    "collections": {"orders": {"read": "team", "update": "own"}}})";

struct Office {
  Firm firm;
  Person an = add_person(firm, "an"), bo = add_person(firm, "bo"), chi = add_person(firm, "chi");

  Result<crm::ManagedRole> make(std::string_view body, const crm::Principal* who = nullptr) {
    return firm.write([&](store::WriteTx& tx) {
      return crm::create_role(tx, context(who), firm.ids.next(), Firm::json(body));
    });
  }
  Result<crm::ManagedRole> change(std::string_view name, std::string_view patch,
                                  const crm::Principal* who = nullptr) {
    return firm.write([&](store::WriteTx& tx) {
      return crm::change_role(tx, context(who), name, Firm::json(patch));
    });
  }
  Result<void> remove(std::string_view name) {
    return firm.write(
        [&](store::WriteTx& tx) { return crm::remove_role(tx, context(nullptr), name); });
  }
  void give(const Person& person, std::string_view role) {
    REQUIRE(firm.write([&](store::WriteTx& tx) -> Result<void> {
                  tx.prepare("INSERT INTO user_roles (user_id, role) VALUES (?, ?)")
                      .with(person.row_id, role)
                      .run();
                  return {};
                })
                .ok());
  }
  crm::Context context(const crm::Principal* who) {
    crm::Context context = firm.context();
    if (who != nullptr) context.principal = std::make_shared<const crm::Principal>(*who);
    return context;
  }
  // What a role grants to whoever has it.
  crm::Principal with_role(const Person& person, std::string role,
                           const std::vector<Person>& team = {}) {
    crm::Principal who = reader(person, Reach::none, team);
    who.roles = {std::move(role)};
    who.rights = *firm.database.store().read([&](store::ReadTx& tx) {
      return Result<crm::Rights>(crm::rights_of_roles(tx, who.roles));
    });
    return who;
  }
  Json explain(const crm::Principal& who, const Json& record, crm::Telling telling) {
    return Firm::json(*firm.database.store().read([&](store::ReadTx& tx) {
      return Result(
          crm::explain_access(tx, who, Firm::entity("customers"), Firm::id_of(record), telling));
    }));
  }
  Json make_customer(const Person& holder) {
    return firm.create("customers", R"({"name": "C", )" + holder.as_owner() + "}");
  }
};

const Json& act_of(const Json& explained, std::string_view name) {
  for (const Json& act : *explained.find("acts")->array())
    if (text(act, "act") == name) return act;
  FAIL("no such act");
  return explained;
}

bool allows(const Json& explained, std::string_view name) {
  return *act_of(explained, name).find("allowed")->boolean();
}

}  // namespace

TEST_CASE("a role of one's own grants what it says at once, and nothing else") {
  Office office;
  REQUIRE(office.make(k_courier).ok());
  const model::Entity& orders = Firm::entity("orders");
  CHECK(office.with_role(office.an, "courier").rights.reach(orders, Act::read) == Reach::team);
  CHECK(office.with_role(office.an, "courier").rights.reach(orders, Act::remove) == Reach::none);
  const auto changed = office.change("courier", R"({"collections": {"orders": {"read": "all"}}})");
  REQUIRE(changed.ok());
  CHECK(changed->version == 2);
  CHECK(office.with_role(office.an, "courier").rights.reach(orders, Act::read) == Reach::all);
  CHECK(office.with_role(office.an, "courier").rights.reach(orders, Act::update) == Reach::own);
  CHECK(office.change("courier", R"({"label": "Courier"})")->version == 2);
}

TEST_CASE("built-in roles stay as they are") {
  Office office;
  CHECK(office.change("sales", R"({"label": "x"})").error().kind == "built_in_role");
  CHECK(office.remove("owner").error().kind == "built_in_role");
  CHECK(office.make(R"({"name": "sales", "label": "S", "collections": {}})").error().kind ==
        "unique");
}

TEST_CASE("a role that somebody has is not removed") {
  Office office;
  REQUIRE(office.make(k_courier).ok());
  office.give(office.an, "courier");
  office.give(office.bo, "courier");
  const auto refused = office.remove("courier");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == "role_in_use");
  CHECK(refused.error().message.starts_with("2 users"));
  REQUIRE(office.make(R"({"name": "spare", "label": "S", "collections": {}})").ok());
  CHECK(office.remove("spare").ok());
  CHECK(office.remove("spare").error().code == Code::not_found);
}

TEST_CASE("nobody hands out rights that she does not have") {
  Office office;
  crm::Principal keeper = reader(office.an, Reach::own);
  keeper.rights.set(crm::Flag::users, true);
  CHECK(office.make(k_courier, &keeper).error().code == Code::forbidden);
  CHECK(office
            .make(R"({"name": "reader", "label": "R",
      "collections": {"orders": {"read": "own"}}})",
                  &keeper)
            .ok());
  CHECK(office.change("reader", R"({"flags": ["audit"]})", &keeper).error().code ==
        Code::forbidden);
}

TEST_CASE("a role keeps its name") {
  Office office;
  REQUIRE(office.make(k_courier).ok());
  CHECK(office.change("courier", R"({"name": "driver"})").error().code == Code::invalid);
}

TEST_CASE("it is explained why somebody may or may not") {
  Office office;
  const Json hers = office.make_customer(office.an), his = office.make_customer(office.bo),
             other = office.make_customer(office.chi);
  const crm::Principal an = office.with_role(office.an, "sales", {office.bo});
  const Json own = office.explain(an, hers, crm::Telling::what_she_sees);
  CHECK(text(*own.find("record"), "relation") == "own");
  CHECK((allows(own, "read") && allows(own, "update") && !allows(own, "import")));
  CHECK(to_text(*act_of(own, "read").find("granted_by")) == R"(["sales"])");
  const Json team = office.explain(an, his, crm::Telling::what_she_sees);
  CHECK(text(*team.find("record"), "relation") == "team");
  CHECK((allows(team, "read") && !allows(team, "update")));
  const Json explained = office.explain(an, other, crm::Telling::everything);
  CHECK(text(*explained.find("record"), "relation") == "other");
  CHECK_FALSE(allows(explained, "read"));
}

TEST_CASE("of what one does not see one is told no more than of what is not there") {
  Office office;
  const Json other = office.make_customer(office.chi);
  const crm::Principal an = office.with_role(office.an, "sales");
  const std::string unseen = to_text(office.explain(an, other, crm::Telling::what_she_sees));
  REQUIRE(office.firm
              .write([&](store::WriteTx& tx) -> Result<void> {
                tx.prepare("DELETE FROM customers").run();
                return {};
              })
              .ok());
  CHECK(to_text(office.explain(an, other, crm::Telling::what_she_sees)) == unseen);
}
