// Taking an import back, and what stays.
#include "crm/imports/import_undo.h"
#include "unit/crm/importing.h"

using namespace kontor;
using namespace kontor::crm;
using namespace kontor::test;

namespace {

class Undoing : public Importing {
 public:
  Result<UndoReport> try_undo(const ImportReport& report) {
    clock.advance_ms(1000);
    return undo_import(database.store(), records, context(), *Uuid::parse(report.id));
  }
  UndoReport undo(const ImportReport& report) {
    auto undone = try_undo(report);
    if (!undone.ok()) FAIL(undone.error().message);
    return *undone;
  }
};

}  // namespace

TEST_CASE("undo puts what an import made into the trash, and the file can come again") {
  Undoing firm;
  const std::string file = "ID,Name,Contact name\n7,Acme,Eva Lee\n8,Beta,\n";
  const UndoReport undone = firm.undo(firm.import("customers", file));
  CHECK(undone.removed == 3);
  CHECK(undone.left_count == 0);
  CHECK(firm.count("customers") == 0);
  CHECK(firm.count("contacts") == 0);
  CHECK(firm.number("SELECT count(*) FROM external_ids") == 0);
  CHECK(firm.import("customers", file).created == 2);
}

TEST_CASE("undo gives back every value that an import changed") {
  Undoing firm;
  firm.import("customers", "ID,Name,Email,City,Tags\n7,Acme,a@acme.example,Bonn,\"a,b\"\n");
  const Json before = firm.only("customers");
  const ImportReport report =
      firm.import("customers", "ID,Name,Email,City,Tags\n7,Acme Ltd,b@acme.example,Köln,c\n");
  REQUIRE(report.updated == 1);
  CHECK(firm.undo(report).restored == 1);
  const Json after = firm.only("customers");
  for (const char* name : {"name", "email", "address", "tags"})
    CHECK(*after.find(name) == *before.find(name));
  CHECK(integer(after, "version") == 3);
}

TEST_CASE("undo gives back stock through the ledger") {
  Undoing firm;
  firm.import("products", "SKU,Name,Price,Stock\nT1,Tea,2,5\n");
  firm.undo(firm.import("products", "SKU,Name,Price,Stock\nT1,Tea,3,9\n"));
  CHECK(integer(firm.only("products"), "stock_on_hand") == 5);
  CHECK(integer(firm.only("products"), "price") == 200);
  CHECK(firm.broken_invariants().empty());
}

TEST_CASE("undo gives back the lines of an order") {
  Undoing firm;
  firm.import("customers", "ID,Name\n7,Acme\n");
  const std::string header = "OrderID,CustomerID,OrderDate,Status,Product name,Quantity,Price\n";
  firm.import("orders", header + "1,7,2026-01-05,draft,Tea,2,3\n,,,,Cup,1,4\n");
  const Json before = firm.only("orders");
  const ImportReport report = firm.import("orders", header + "1,7,2026-01-05,draft,Tea,9,3\n");
  REQUIRE(report.updated == 1);
  CHECK(firm.undo(report).restored == 1);
  const Json after = firm.only("orders");
  CHECK(integer(after, "total") == integer(before, "total"));
  CHECK(after.find("lines")->array()->size() == 2);
  CHECK(firm.broken_invariants().empty());
}

TEST_CASE("undo leaves what somebody edited since, and lists it") {
  Undoing firm;
  firm.import("customers", "ID,Name\n6,Old\n");
  const ImportReport report = firm.import("customers", "ID,Name\n6,New\n7,Acme\n8,Beta\n");
  const Json customers = firm.json(firm.list("customers", {})->json);
  for (const Json& customer : *customers.find("data")->array())
    if (text(customer, "name") != "Beta") firm.update("customers", customer, R"({"notes":"call"})");
  const UndoReport undone = firm.undo(report);
  CHECK(undone.removed == 1);
  CHECK(undone.restored == 0);
  REQUIRE(undone.left.size() == 2);
  CHECK(undone.left_count == 2);
  CHECK(undone.left[0].title == "Acme");
  CHECK(undone.left[0].code == "edited");
  CHECK(undone.left[1].title == "New");
  CHECK(firm.count("customers") == 2);
}

TEST_CASE("an edit that was taken back does not keep a record") {
  Undoing firm;
  const ImportReport report = firm.import("customers", "ID,Name\n7,Acme\n");
  firm.update("customers", firm.only("customers"), R"({"notes":"call"})");
  firm.update("customers", firm.only("customers"), R"({"notes":null})");
  CHECK(firm.undo(report).removed == 1);
}

TEST_CASE("undo leaves what other records refer to") {
  Undoing firm;
  const ImportReport customers = firm.import("customers", "ID,Name\n7,Acme\n8,Beta\n");
  const ImportReport orders = firm.import(
      "orders",
      "OrderID,CustomerID,OrderDate,Product name,Quantity,Price\n1,7,2026-01-05,Tea,2,3\n");
  const UndoReport undone = firm.undo(customers);
  CHECK(undone.removed == 1);
  REQUIRE(undone.left.size() == 1);
  CHECK(undone.left[0].code == "referenced");
  CHECK(firm.undo(orders).removed == 1);
  CHECK(firm.broken_invariants().empty());
}

TEST_CASE("imports are undone in the other order than they came, payments included") {
  Undoing firm;
  const ImportReport customers = firm.import("customers", "ID,Name\n7,Acme\n");
  const ImportReport orders = firm.import(
      "orders",
      "OrderID,CustomerID,OrderDate,Product name,Quantity,Price\n1,7,2026-01-05,Tea,2,3\n");
  const ImportReport payments =
      firm.import("payments", "ID,Order,Amount,Method\np1,1,4,card\np2,1,2,cash\n");
  CHECK(payments.created == 2);
  CHECK(text(firm.only("orders"), "payment_status") == "paid");
  CHECK(firm.undo(payments).removed == 2);
  CHECK(integer(firm.only("orders"), "paid") == 0);
  CHECK(firm.undo(orders).removed == 1);
  CHECK(firm.undo(customers).removed == 1);
  CHECK(firm.broken_invariants().empty());
}

TEST_CASE("an import is undone once; its undo is in the history") {
  Undoing firm;
  const ImportReport report = firm.import("customers", "ID,Name\n7,Acme\n");
  firm.undo(report);
  const auto again = firm.try_undo(report);
  REQUIRE_FALSE(again.ok());
  CHECK(again.error().kind == "import_undone");
  CHECK(firm.number("SELECT count(*) FROM changes WHERE action = 'undo'") == 1);
  auto unknown = undo_import(firm.database.store(), firm.records, firm.context(), firm.ids.next());
  REQUIRE_FALSE(unknown.ok());
  CHECK(unknown.error().code == Code::not_found);
}

TEST_CASE("undo of many batches is whole, and goes on after it was interrupted") {
  Undoing firm;
  std::string file = "ID,Name\n";
  for (int i = 0; i < 700; ++i) file += std::to_string(i) + ",Firm " + std::to_string(i) + "\n";
  ImportOptions options;
  options.batch = 300;
  const ImportReport report = firm.import("customers", file, "", options);
  int asked = 0;
  const auto stopped = undo_import(firm.database.store(), firm.records, firm.context(),
                                   *Uuid::parse(report.id), [&] { return ++asked > 2; });
  REQUIRE_FALSE(stopped.ok());
  CHECK(stopped.error().kind == "undo_interrupted");
  const std::int64_t rest = firm.count("customers");
  CHECK(rest == 300);
  CHECK(firm.undo(report).removed == rest);
  CHECK(firm.count("customers") == 0);
}
