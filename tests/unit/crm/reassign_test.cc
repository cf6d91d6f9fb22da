// All that one user holds becomes another's.
#include "crm/accounts/reassign.h"

#include "crm/history.h"
#include "unit/crm/people.h"

using namespace kontor;
using namespace kontor::test;

namespace {

struct Office {
  Firm firm;
  Person an = add_person(firm, "an"), bo = add_person(firm, "bo"), chi = add_person(firm, "chi");

  Json make(const Person& holder) {
    return firm.create("customers", R"({"name": "C", )" + holder.as_owner() + "}");
  }
  Result<crm::ReassignReport> give(const Person& from, const Person& to) {
    crm::Context context = firm.context();
    context.actor_id = chi.row_id;
    return crm::reassign(firm.database.store(), firm.records, context, *Uuid::parse(from.id),
                         *Uuid::parse(to.id));
  }
  std::string owner_of(std::string_view collection, const Json& record) {
    return text(firm.get(collection, record), "owner_id");
  }
  std::int64_t number(std::string_view sql) {
    return *firm.database.store().read([&](store::ReadTx& tx) -> Result<std::int64_t> {
      store::Statement row = tx.prepare(sql);
      row.step();
      return row.integer(0);
    });
  }
};

}  // namespace

TEST_CASE("records of every collection go to the other, in any state and in the trash") {
  Office office;
  const Json kept = office.make(office.chi);
  const Json customer = office.make(office.an);
  const Json trashed = office.make(office.an);
  REQUIRE(office.firm.try_remove("customers", trashed).ok());
  const Json order = office.firm.create(
      "orders", R"({"customer_id": ")" + text(customer, "id") + R"(", )" + office.an.as_owner() +
                    R"(, "lines": [{"name": "A", "unit_price": 10}]})");
  office.firm.act("orders", order, "confirm");
  office.firm.act("orders", order, "complete");
  const auto report = office.give(office.an, office.bo);
  REQUIRE(report.ok());
  CHECK(report->moved == 3);
  CHECK(report->done);
  CHECK(report->left_count == 0);
  CHECK(office.owner_of("customers", customer) == office.bo.id);
  CHECK(office.owner_of("customers", trashed) == office.bo.id);
  CHECK(office.owner_of("orders", order) == office.bo.id);
  CHECK(office.owner_of("customers", kept) == office.chi.id);
  CHECK(office.firm.broken_invariants() == std::vector<std::string>{});
}

TEST_CASE("what she made and nobody owns goes along") {
  Office office;
  const auto made = office.firm.write([&](store::WriteTx& tx) {
    crm::Context context = office.firm.context();
    context.actor_id = office.an.row_id;
    return office.firm.records.create(tx, context, Firm::entity("customers"),
                                      Firm::json(R"({"name": "C"})"));
  });
  REQUIRE(made.ok());
  CHECK(office.give(office.an, office.bo)->moved == 1);
  CHECK(office.owner_of("customers", Firm::json(made->json)) == office.bo.id);
  CHECK(office.give(office.an, office.bo)->moved == 0);
}

TEST_CASE("each move stands in the history with who gave it") {
  Office office;
  const Json customer = office.make(office.an);
  REQUIRE(office.give(office.an, office.bo).ok());
  const auto history = office.firm.database.store().read([&](store::ReadTx& tx) {
    return crm::history(tx, *crm::Principal::program(), Firm::entity("customers"),
                        Firm::id_of(customer), 10, INT64_MAX);
  });
  const Json page = Firm::json(*history);
  const Json& last = page.find("data")->array()->front();
  CHECK(text(last, "action") == "reassign");
  CHECK(text(last, "actor_id") == office.chi.id);
  CHECK(to_text(*last.find("diff")) ==
        R"({"owner_id":{"from":")" + office.an.id + R"(","to":")" + office.bo.id + R"("}})");
}

TEST_CASE("more than one step's records all go") {
  Office office;
  for (int i = 0; i < 450; ++i) office.make(office.an);
  const auto report = office.give(office.an, office.bo);
  CHECK(report->moved == 450);
  CHECK(office.number("SELECT count(*) FROM customers WHERE holder_id = " +
                      std::to_string(office.bo.row_id)) == 450);
}

TEST_CASE("whoever gives and gets must be there, and be two") {
  Office office;
  CHECK(faults(office.give(office.an, office.an).error()) == std::vector<std::string>{"/to:same"});
  Person gone = office.bo;
  gone.id = "0198f3a1-7c1e-7cc2-9d52-3f6f4d1a2b3c";
  CHECK(office.give(gone, office.bo).error().code == Code::not_found);
  CHECK(faults(office.give(office.an, gone).error()) == std::vector<std::string>{"/to:not_found"});
  REQUIRE(office.firm
              .write([&](store::WriteTx& tx) -> Result<void> {
                tx.prepare("UPDATE users SET status = 'disabled' WHERE id = ?")
                    .with(office.bo.row_id)
                    .run();
                return {};
              })
              .ok());
  CHECK(faults(office.give(office.an, office.bo).error()) ==
        std::vector<std::string>{"/to:disabled"});
  // Somebody who has left is just who gives.
  CHECK(office.give(office.bo, office.an).ok());
}
