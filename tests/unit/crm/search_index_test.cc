// The full-text indexes follow the rows, whatever happens to a record within one transaction.
#include <catch_amalgamated.hpp>

#include "crm/search_index.h"
#include "firm.h"

namespace kontor::test {
namespace {

std::size_t found(Firm& firm, const std::string& term) {
  const auto page = firm.list("customers", {{"q", term}});
  REQUIRE(page.ok());
  return Firm::json(page->json).find("data")->array()->size();
}

Result<void> create(Firm& firm, store::WriteTx& tx, const std::string& name) {
  TRY(firm.records.create(tx, firm.context(), Firm::entity("customers"),
                          Firm::json(R"({"name": ")" + name + R"("})")));
  return {};
}

// FTS5 compares what it holds with the rows themselves; a difference is SQLITE_CORRUPT.
Result<void> compare_with_rows(Firm& firm) {
  return firm.write([](store::WriteTx& tx) -> Result<void> {
    tx.prepare(
          "INSERT INTO customers_search (customers_search, rank) VALUES ('integrity-check', 1)")
        .run();
    return {};
  });
}

TEST_CASE("a list finds a record as soon as its write is acknowledged", "[search]") {
  Firm firm;
  const Json customer = firm.create("customers", R"({"name": "Alpha"})");
  CHECK(found(firm, "alpha") == 1);
  const Json renamed = firm.update("customers", customer, R"({"name": "Beta"})");
  CHECK(found(firm, "alpha") == 0);
  CHECK(found(firm, "beta") == 1);
  REQUIRE(firm.try_remove("customers", renamed).ok());
  CHECK(found(firm, "beta") == 0);
}

TEST_CASE("of several changes in one transaction the index has the last", "[search]") {
  Firm firm;
  const Json old = firm.create("customers", R"({"name": "Alpha"})");
  const auto written = firm.write([&](store::WriteTx& tx) -> Result<void> {
    TRY(firm.records.update(tx, firm.context(), Firm::entity("customers"), Firm::id_of(old),
                            Firm::json(R"({"name": "Beta"})")));
    TRY(firm.records.update(tx, firm.context(), Firm::entity("customers"), Firm::id_of(old),
                            Firm::json(R"({"name": "Gamma"})")));
    return create(firm, tx, "Delta");
  });
  REQUIRE(written.ok());
  CHECK(found(firm, "alpha") + found(firm, "beta") == 0);
  CHECK(found(firm, "gamma") == 1);
  CHECK(found(firm, "delta") == 1);
  CHECK(compare_with_rows(firm).ok());
}

TEST_CASE("a record that is gone again leaves nothing in the index", "[search]") {
  Firm firm;
  const Json old = firm.create("customers", R"({"name": "Alpha"})");
  const auto written = firm.write([&](store::WriteTx& tx) -> Result<void> {
    TRY(create(firm, tx, "Beta"));
    tx.prepare("DELETE FROM customers WHERE name IN ('Alpha', 'Beta')").run();
    return create(firm, tx, "Gamma");  // which gets the number of one of them
  });
  REQUIRE(written.ok());
  CHECK(found(firm, "alpha") + found(firm, "beta") == 0);
  CHECK(found(firm, "gamma") == 1);
  CHECK(compare_with_rows(firm).ok());
}

TEST_CASE("a job that fails leaves the index as it was", "[search]") {
  Firm firm;
  const auto failed = firm.write([&](store::WriteTx& tx) -> Result<void> {
    TRY(create(firm, tx, "Alpha"));
    return Error{.code = Code::conflict, .message = "no"};
  });
  CHECK_FALSE(failed.ok());
  CHECK(found(firm, "alpha") == 0);
  CHECK(compare_with_rows(firm).ok());
}

TEST_CASE("no change waits for the index once its write is acknowledged", "[search]") {
  Firm firm;
  firm.create("customers", R"({"name": "Alpha"})");
  firm.create("products", R"({"sku": "A", "name": "Alpha"})");
  const auto waiting = firm.database.store().read([](store::ReadTx& tx) -> Result<std::int64_t> {
    store::Statement row = tx.prepare("SELECT count(*) FROM search_pending");
    row.step();
    return row.integer(0);
  });
  CHECK(waiting.value() == 0);
}

}  // namespace
}  // namespace kontor::test
