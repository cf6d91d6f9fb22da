// Files that are not as they should be, and files that come again changed.
#include "unit/crm/importing.h"

using namespace kontor;
using namespace kontor::crm;
using namespace kontor::test;

namespace {

std::string where(const RowError& error) {
  return (error.file.empty() ? "" : error.file + " ") + std::to_string(error.row) + " " +
         error.column + " " + error.code;
}

}  // namespace

TEST_CASE("a bad row loses nothing but itself, and is named by row, column and reason") {
  Importing firm;
  const ImportReport report = firm.import(
      "customers",
      "Name,Email,Kind\nA,a@example.com,company\nB,nonsense,alien\n,c@example.com,person\n"
      "D,d@example.com\nE,e@example.com,person\n");
  CHECK(report.rows == 5);
  CHECK(report.created == 2);
  CHECK(report.failed == 3);
  REQUIRE(report.errors.size() == 4);
  // In the order of the entity's fields.
  CHECK(where(report.errors[0]) == "3 Kind invalid_choice");
  CHECK(where(report.errors[1]) == "3 Email invalid_email");
  CHECK(where(report.errors[2]) == "4 Name required");
  CHECK(where(report.errors[3]) == "5  ragged_row");
  CHECK(firm.count("customers") == 2);
}

TEST_CASE("the rows that failed come back as a file that can be mended and imported") {
  Importing firm;
  firm.import("customers", "Name,Email\nA,a@example.com\n\"B, Inc\",nonsense\n");
  CHECK(firm.errors.str() ==
        "Name,Email,_row,_error\r\n\"B, Inc\",nonsense,3,"
        "\"Email: Must be an e-mail address, such as anna@example.com.\"\r\n");
  std::string mended = firm.errors.str();
  mended.replace(mended.find("nonsense"), 8, "b@example.com");
  CHECK(firm.import("customers", mended).created == 1);
}

TEST_CASE("the first bad row of a batch does not spoil the batch, whatever its size") {
  for (const std::size_t batch : {1U, 2U, 500U}) {
    Importing firm;
    std::string file = "Name,Email\n";
    for (int i = 0; i < 50; ++i)
      file += "N" + std::to_string(i) + "," + (i % 7 == 0 ? "bad" : "") + "\n";
    ImportOptions options;
    options.batch = batch;
    const ImportReport report = firm.import("customers", file, "", options);
    CHECK(report.created == 42);
    CHECK(report.failed == 8);
    CHECK(firm.count("customers") == 42);
  }
}

TEST_CASE("a missing column stops the import before any row") {
  Importing firm;
  auto report = firm.try_import("customers", "Phone\n123\n");
  REQUIRE_FALSE(report.ok());
  CHECK(report.error().kind == "missing_columns");
  CHECK(firm.count("customers") == 0);
}

TEST_CASE("a record is found again by the source's id, our id, e-mail or sku") {
  Importing firm;
  firm.import("customers", "ID,Name\n7,Acme\n");
  CHECK(firm.import("customers", "ID,Name\n7,Acme Ltd\n").updated == 1);
  const Json acme = firm.only("customers");
  CHECK(text(acme, "name") == "Acme Ltd");
  CHECK(firm.import("customers", "ID,Name\n" + text(acme, "id") + ",Acme Inc\n").updated == 1);
  firm.import("customers", "Name,Email\nBeta,Office@Beta.example\n");
  CHECK(firm.import("customers", "Name,Email\nBeta Ltd,office@beta.EXAMPLE\n").updated == 1);
  CHECK(firm.count("customers") == 2);
  firm.import("products", "SKU,Name\nT1,Tea\n");
  CHECK(firm.import("products", "SKU,Name\nT1,Green tea\n").updated == 1);
  CHECK(text(firm.only("products"), "name") == "Green tea");
}

TEST_CASE("an empty cell leaves what is there") {
  Importing firm;
  firm.import("customers", "ID,Name,City\n7,Acme,Bonn\n");
  const ImportReport again = firm.import("customers", "ID,Name,City\n7,Acme,\n");
  CHECK(again.unchanged == 1);
  CHECK(text(*firm.only("customers").find("address"), "city") == "Bonn");
}

TEST_CASE("create leaves what exists alone, update makes nothing new") {
  Importing firm;
  firm.import("products", "SKU,Name\nT1,Tea\n");
  ImportOptions create{.mode = ImportMode::create}, update{.mode = ImportMode::update};
  const ImportReport made = firm.import("products", "SKU,Name\nT1,X\nT2,Cup\n", "", create);
  CHECK(made.created == 1);
  CHECK(made.skipped == 1);
  const ImportReport changed = firm.import("products", "SKU,Name\nT2,Mug\nT3,Pot\n", "", update);
  CHECK(changed.updated == 1);
  CHECK(changed.skipped == 1);
  CHECK(firm.count("products") == 2);
}

TEST_CASE("an id that comes twice in one file is an error of the second row") {
  Importing firm;
  const ImportReport report = firm.import("customers", "ID,Name\n7,A\n8,B\n7,C\n");
  CHECK(report.created == 2);
  REQUIRE(report.errors.size() == 1);
  CHECK(where(report.errors[0]) == "4 ID duplicate_key");
}

TEST_CASE("stock that comes with products is in the ledger") {
  Importing firm;
  firm.import("products", "SKU,Name,Price,Stock\nT1,Tea,14.5,39\n");
  const Json tea = firm.only("products");
  CHECK(integer(tea, "price") == 1450);
  CHECK(integer(tea, "stock_on_hand") == 39);
  CHECK(*tea.find("track_stock")->boolean());
  auto ledger = firm.database.store().read([](store::ReadTx& tx) -> Result<std::int64_t> {
    auto row = tx.prepare("SELECT sum(on_hand) FROM stock_moves");
    row.step();
    return row.integer(0);
  });
  CHECK(ledger.value() == 390'000);
}

TEST_CASE("the contact person of a customer's row becomes a contact, once") {
  Importing firm;
  firm.import("customers", "ID,Name,Contact name,Contact title\n7,Acme,Maria de Anders,Owner\n");
  Json maria = firm.only("contacts");
  CHECK(text(maria, "first_name") == "Maria de");
  CHECK(text(maria, "last_name") == "Anders");
  CHECK(text(maria, "job_title") == "Owner");
  CHECK(*maria.find("is_primary")->boolean());
  firm.import("customers", "ID,Name,Contact name\n7,Acme,Eva Anders\n");
  maria = firm.only("contacts");
  CHECK(text(maria, "first_name") == "Eva");
  CHECK(text(maria, "job_title") == "Owner");
}

TEST_CASE("a customer whose contact is refused does not come in without it") {
  Importing firm;
  const ImportReport report =
      firm.import("customers", "ID,Name,Contact name,Contact title\n7,Acme,Eva Lee," +
                                   std::string(121, 'x') + "\n8,Beta,Ben Ray,Owner\n");
  CHECK(report.created == 1);
  CHECK(report.failed == 1);
  REQUIRE(report.errors.size() == 1);
  CHECK(where(report.errors[0]) == "2 Contact title too_long");
  CHECK(text(firm.only("customers"), "name") == "Beta");
  CHECK(firm.count("contacts") == 1);
}

TEST_CASE("an id that is too long for a sku is refused") {
  Importing firm;
  const ImportReport report =
      firm.import("products", "ProductID,Name\n" + std::string(65, '1') + ",Tea\n");
  REQUIRE(report.errors.size() == 1);
  CHECK(where(report.errors[0]) == "2 ProductID too_long");
}

TEST_CASE("contacts find their customers by id and by name") {
  Importing firm;
  firm.import("customers", "ID,Name\n7,Acme\n8,Béta Ltd\n");
  const ImportReport report =
      firm.import("contacts", "Full name,Customer\nAnna Lee,7\nBen Ray,beta ltd\nCem Can,Nobody\n");
  CHECK(report.created == 2);
  REQUIRE(report.errors.size() == 1);
  CHECK(where(report.errors[0]) == "4 Customer not_found");
}

TEST_CASE("a flat file of orders goes on in rows that repeat the order or leave it blank") {
  Importing firm;
  firm.import("customers", "ID,Name\n7,Acme\n");
  firm.import("products", "SKU,Name,Price\nT1,Tea,3\n");
  const ImportReport report =
      firm.import("orders",
                  "Order ID,Customer,Order date,SKU,Product name,Quantity,Price,Line discount\n"
                  "1,7,2026-01-05,T1,,2,2.50,10%\n"
                  ",,,,Postcard,1,1.20,\n"
                  "2,7,2026-01-06,,Box,1,9,\n"
                  "2,,,T1,,1,,\n");
  INFO(to_json(report));
  CHECK(report.rows == 2);
  CHECK(report.created == 2);
  CHECK(report.totals.at("lines") == 4);
  CHECK(report.totals.at("net.USD") == 450 + 120 + 900 + 300);
  CHECK(report.totals.at("tax.USD") == 0);
}

TEST_CASE("an order comes whole or not at all") {
  Importing firm;
  firm.import("customers", "ID,Name\n7,Acme\n");
  firm.import("products", "ID,Name,Price\n1,Tea,3\n");
  const ImportReport report =
      firm.import("orders",
                  "OrderID,CustomerID,OrderDate\n1,7,2026-01-05\n2,7,2026-01-06\n3,9,2026-01-07\n"
                  "4,7,2026-01-08\n",
                  "OrderID,ProductID,UnitPrice,Quantity,Discount\n1,1,3,2,0\n2,1,3,2,0\n2,99,3,-1,"
                  "2\n3,1,3,1,0\n"
                  "55,1,3,1,0\n");
  CHECK(report.created == 1);
  CHECK(report.failed == 3);
  std::vector<std::string> places;
  for (const RowError& error : report.errors) places.push_back(where(error));
  CHECK(places == std::vector<std::string>{
                      "lines 4 ProductID not_found", "lines 4 Discount out_of_range",
                      "4 CustomerID not_found", "5  no_lines", "lines 6  unknown_order"});
  CHECK(firm.count("orders") == 1);
  // Numbers have no gap where orders failed.
  CHECK(text(firm.only("orders"), "number") == "SO-2026-00001");
}

TEST_CASE("an order that was shipped meanwhile is completed; what was agreed stays") {
  Importing firm;
  firm.import("customers", "ID,Name\n7,Acme\n");
  const std::string header =
      "OrderID,CustomerID,OrderDate,ShippedDate,Product name,Quantity,Price\n";
  firm.import("orders", header + "1,7,2026-01-05,,Tea,2,3\n");
  CHECK(text(firm.only("orders"), "status") == "confirmed");
  CHECK(text(firm.only("orders"), "confirmed_on") == "2026-01-05");
  CHECK(firm.import("orders", header + "1,7,2026-01-05,2026-01-09,Tea,2,3\n").updated == 1);
  CHECK(text(firm.only("orders"), "status") == "completed");
  const ImportReport changed =
      firm.import("orders", header + "1,7,2026-01-05,2026-01-09,Tea,5,3\n");
  CHECK(changed.failed == 1);
  CHECK(changed.errors.at(0).code == "order_locked");
  CHECK(integer(firm.only("orders"), "total") == 600);
}

TEST_CASE("an order that was cancelled here is not revived by its file") {
  Importing firm;
  firm.import("customers", "ID,Name\n7,Acme\n");
  const std::string file =
      "OrderID,CustomerID,OrderDate,ShippedDate,Product name,Quantity,Price\n"
      "1,7,2026-01-05,,Tea,2,3\n";
  firm.import("orders", file);
  firm.act("orders", firm.only("orders"), "cancel");
  CHECK(firm.import("orders", file).unchanged == 1);
  CHECK(text(firm.only("orders"), "status") == "cancelled");
}

TEST_CASE("the report as JSON names rows, columns and totals") {
  Importing firm;
  const Json report = firm.json(to_json(firm.import("customers", "ID,Name,Fax\n1,A,1\n2,,2\n")));
  CHECK(text(report, "entity") == "customers");
  CHECK(integer(report, "rows") == 2);
  CHECK(integer(report, "created") == 1);
  CHECK(text(report.find("errors")->array()->at(0), "column") == "Name");
  const Json& columns = *report.find("columns");
  CHECK(*columns.find("unmapped")->array()->at(0).string() == "Fax");
  CHECK(*columns.find("mapped")->array()->at(1).string() == "Name → name");
}
