// Which record a row means: never a guess.
#include "unit/crm/importing.h"

using namespace kontor;
using namespace kontor::crm;
using namespace kontor::test;

TEST_CASE("an e-mail address that several have is an error that names them") {
  Importing firm;
  firm.create("customers", R"({"name":"Acme","email":"info@acme.example"})");
  firm.create("customers", R"({"name":"Acme Shop","email":"info@acme.example"})");
  const ImportReport report =
      firm.import("customers", "Name,Email,City\nAcme,INFO@acme.example,Bonn\n");
  REQUIRE(report.errors.size() == 1);
  CHECK(report.errors[0].code == "ambiguous_match");
  CHECK(report.errors[0].column == "Email");
  CHECK(report.errors[0].detail.find("Acme (") != std::string::npos);
  CHECK(report.errors[0].detail.find("Acme Shop (") != std::string::npos);
  CHECK(firm.count("customers") == 2);
}

TEST_CASE("two that the source tells apart are not made one by their address") {
  Importing firm;
  const std::string file = "ID,Name,Email\n1,Anna,home@x.example\n2,Ben,home@x.example\n";
  CHECK(firm.import("customers", file).created == 2);
  CHECK(firm.import("customers", file).unchanged == 2);
  const ImportReport third = firm.import("customers", "ID,Name,Email\n3,Cem,home@x.example\n");
  CHECK(third.created == 1);
}

TEST_CASE("rows without an id that have one address are one record, so the second is an error") {
  Importing firm;
  const ImportReport report =
      firm.import("customers", "Name,Email\nAnna,home@x.example\nBen,Home@X.example\n");
  CHECK(report.created == 1);
  REQUIRE(report.errors.size() == 1);
  CHECK(report.errors[0].code == "duplicate_key");
  const ImportReport skus = firm.import("products", "SKU,Name\nT1,Tea\nT1,Cup\n");
  CHECK(skus.errors.at(0).code == "duplicate_key");
}

TEST_CASE("names match only where it is asked for, and accents are kept apart") {
  Importing firm;
  firm.import("customers", "Name\nMüller\n");
  CHECK(firm.import("customers", "Name\nmüller\n").created == 1);
  ImportOptions by_name;
  by_name.match_name = true;
  CHECK(firm.import("customers", "Name,City\nMuller,Bonn\n", "", by_name).created == 1);
  const ImportReport both = firm.import("customers", "Name,City\nMÜLLER,Bonn\n", "", by_name);
  CHECK(both.errors.at(0).code == "ambiguous_match");
}

TEST_CASE("contacts join the firm of their address where that is asked for") {
  Importing firm;
  firm.import("customers", "ID,Name,Email\n7,Acme,info@acme.example\n8,Gina,gina@gmail.com\n");
  ImportOptions by_domain;
  by_domain.match_domain = true;
  const ImportReport report =
      firm.import("contacts", "Full name,Email\nEva Lee,eva@ACME.example\nBen Ray,ben@gmail.com\n",
                  "", by_domain);
  CHECK(report.created == 2);
  CHECK(firm.number("SELECT count(*) FROM contacts WHERE customer_id IS NOT NULL") == 1);
}

TEST_CASE("links find their records by id, number, address, SKU and name") {
  Importing firm;
  firm.import("customers", "ID,Name,Email\n7,Acme,info@acme.example\n");
  firm.import("products", "ID,SKU,Name,Price\n1,T1,Green tea,3\n");
  const ImportReport report =
      firm.import("orders",
                  "Order ID,Customer,Order date,Product,Quantity,Price\n1,7,2026-01-05,1,1,3\n"
                  "2,info@acme.example,2026-01-05,T1,1,3\n3,ACME,2026-01-05,green tea,1,3\n");
  CHECK(report.created == 3);
  CHECK(firm.number("SELECT count(*) FROM order_lines WHERE product_id IS NOT NULL") == 3);
}

TEST_CASE("what is only referred to is made where that is asked for, once, and undone with it") {
  Importing firm;
  ImportOptions options;
  options.create_missing = true;
  const std::string file =
      "Order ID,Customer,Order date,Product,Quantity,Price\n1,New Ltd,2026-01-05,X1,1,3\n"
      "2,New Ltd,2026-01-06,X1,2,3\n";
  const ImportReport report = firm.import("orders", file, "", options);
  CHECK(report.created == 2);
  CHECK(report.totals.at("customers_created") == 1);
  CHECK(report.totals.at("products_created") == 1);
  CHECK(firm.import("orders", file, "", options).unchanged == 2);
  CHECK(firm.broken_invariants().empty());
}

TEST_CASE("a policy says what a cell may do to a field that has a value") {
  Importing firm;
  firm.import("customers", "ID,Name,City,Phone\n7,Acme,Bonn,\n");
  ImportOptions options;
  options.policies = {{"name", ImportPolicy::never},
                      {"address.city", ImportPolicy::if_empty},
                      {"phone", ImportPolicy::if_empty}};
  const std::string file = "ID,Name,City,Phone\n7,Other,Köln,+49 221 123456\n8,New,Ulm,\n";
  const ImportReport report = firm.import("customers", file, "", options);
  CHECK(report.updated == 1);
  CHECK(report.created == 1);
  CHECK(firm.number("SELECT count(*) FROM customers WHERE name = 'Acme' AND address_city = 'Bonn' "
                    "AND phone IS NOT NULL") == 1);
  CHECK(firm.number("SELECT count(*) FROM customers WHERE name = 'New'") == 1);
  options.policies = {{"nme", ImportPolicy::never}};
  const auto wrong = firm.try_import("customers", file, "", options);
  REQUIRE_FALSE(wrong.ok());
  CHECK(wrong.error().kind == "bad_policy");
}

TEST_CASE("rows of one order: repeated, blank, and a first row without a line") {
  Importing firm;
  firm.import("customers", "ID,Name\n7,Acme\n");
  const ImportReport report = firm.import(
      "orders",
      "Order ID,Customer,Order date,Notes,Product name,Quantity,Price\n"
      "#1,7,2026-01-05,hello,,,\n#1,,,,Tea,1,3\n,,,,Cup,2,4\n#2,7,2026-01-06,,Pot,1,9\n");
  CHECK(report.created == 2);
  CHECK(report.totals.at("lines") == 3);
  const ImportReport nameless = firm.import(
      "orders",
      "Order ID,Customer,Order date,Product name,Quantity,Price\n,7,2026-01-05,Tea,1,3\n");
  CHECK(nameless.errors.at(0).code == "required");
}

TEST_CASE("all rows of an order that failed are in the error file, which imports when mended") {
  Importing firm;
  firm.import("customers", "ID,Name\n7,Acme\n");
  firm.import("orders",
              "Order ID,Customer,Order date,Product name,Quantity,Price\n"
              "1,7,2026-01-05,Tea,1,3\n,,,Cup,zero,4\n");
  std::string errors = firm.errors.str();
  errors.replace(errors.find("zero"), 4, "2");
  const ImportReport mended = firm.import("orders", errors);
  CHECK(mended.created == 1);
  CHECK(mended.totals.at("lines") == 2);
  CHECK(mended.unmapped.empty());
}
