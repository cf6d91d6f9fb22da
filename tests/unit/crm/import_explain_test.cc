// What an import would make of a file, and why; and the mapping that comes of it.
#include "crm/imports/import_explain.h"
#include "unit/crm/importing.h"

using namespace kontor;
using namespace kontor::crm;
using namespace kontor::test;

namespace {

ImportExplanation explained(std::string_view collection, const std::string& file,
                            const std::string& map = "", const std::string& lines = "") {
  std::istringstream in(file), line_in(lines);
  ImportOptions options{.file = &in, .map_json = map};
  if (!lines.empty()) options.lines = &line_in;
  auto told = explain_import(Firm::entity(collection), options, "USD");
  if (!told.ok()) FAIL(told.error().message);
  return *told;
}

std::string vendor_of(const std::vector<std::string>& header) {
  const auto vendor = find_vendor(header);
  return vendor ? std::string(vendor->id) : "";
}

std::string rule(const ImportExplanation& told, std::size_t column) {
  const Mapping::Column& one = told.rows.columns.at(column).column;
  return one.target + " by " + std::string(name_of(one.rule)) +
         (one.vendor.empty() ? "" : " " + std::string(one.vendor));
}

}  // namespace

TEST_CASE("a program is known by its headers, and a common header is nobody's") {
  CHECK(vendor_of({"Record ID", "Company name", "Company Domain Name"}) == "hubspot");
  CHECK(vendor_of({"Record ID - Contact", "First Name", "Associated Company IDs"}) == "hubspot");
  CHECK(vendor_of({"Person - Name", "Person - Email - Work"}) == "pipedrive");
  CHECK(vendor_of({"ID", "ISDELETED", "MASTERRECORDID", "NAME"}) == "salesforce");
  CHECK(vendor_of({"id", "name", "emailAddress", "phoneNumber"}) == "espocrm");
  CHECK(vendor_of({"Name / First Name", "Emails / Primary Email"}) == "twenty");
  CHECK(vendor_of({"Internal Reference", "Name", "Sales Price"}) == "odoo");
  CHECK(vendor_of({"Customer ID", "First Name", "Default Address Company"}) == "shopify");
  CHECK(vendor_of({"Name", "Email", "Lineitem sku"}) == "shopify");
  CHECK(vendor_of({"ID", "Type", "SKU", "Is featured?"}) == "woocommerce");
  CHECK(vendor_of({"First Name", "E-mail 1 - Value"}) == "google");
  CHECK(vendor_of({"First Name", "E-mail Address", "Business Phone"}) == "outlook");
  CHECK(vendor_of({"id", "version", "name", "created_by", "created_at"}) == "kontor");
  CHECK(vendor_of({"Name", "Email", "Phone", "City", "Country"}).empty());
  CHECK(vendor_of({"CustomerID", "CompanyName", "ContactName", "Region"}).empty());
  CHECK(vendor_of({"Person - Name", "Company Domain Name"}).empty());  // signs of two
}

TEST_CASE("each column is told with its rule, its cells and a few of them") {
  const auto told =
      explained("contacts",
                "firstname,surname,Company Domain Name,department\nA,B,x.com,\nA,C,y.com,Sales\n");
  REQUIRE(told.rows.columns.size() == 4);
  CHECK(rule(told, 0) == "first_name by exact");
  CHECK(rule(told, 1) == "last_name by alias");
  CHECK(rule(told, 2) == "customer_id by vendor hubspot");
  CHECK(rule(told, 3) == " by none");
  CHECK(told.rows.columns[0].samples == std::vector<std::string>{"A"});
  CHECK(told.rows.columns[1].samples == std::vector<std::string>{"B", "C"});
  CHECK(told.rows.columns[3].filled == 1);
  CHECK(told.rows.rows == 2);
  CHECK(told.rows.delimiter == ",");
  CHECK(told.rows.encoding == "utf-8");
  CHECK(told.is_ready());
}

TEST_CASE("what would stop the import is told beside the rest, not instead of it") {
  const auto told = explained("products", "Name;Price;Tax rate\nA;1.234;\nB;9,5\nC;1\n");
  CHECK_FALSE(told.is_ready());
  CHECK(told.rows.missing == std::vector<std::string>{"sku"});
  CHECK(told.rows.delimiter == ";");
  CHECK(told.rows.faulty == 2);
  const auto dates = explained("contacts", "Last name,Born,Birthday\nA,x,03/04/2020\n");
  REQUIRE(dates.rows.columns[2].problem);
  CHECK(dates.rows.columns[2].problem->code == "ambiguous_dates");
  const auto comma = explained("products", "SKU,Name,Price\na,A,\"1.234,5\"\n");
  CHECK(comma.rows.columns[2].decimal == "comma");
  CHECK(comma.is_ready());
}

TEST_CASE("a sample stands on one line and commands no terminal") {
  const auto told = explained("customers", "Name\n\"a\nb\x1b[2J\"\n");
  CHECK(told.rows.columns[0].samples.front() == "a b [2J");
}

TEST_CASE("a long sample is cut between letters") {
  const auto told = explained("customers", "Name\n" + std::string(59, 'x') + "ộộộ\n");
  CHECK(told.rows.columns[0].samples.front() == std::string(59, 'x') + "…");
}

TEST_CASE("the mapping that is written out gives the very same mapping again") {
  const std::string file =
      "Record ID,Company name,Lifecycle Stage,Company owner,City,x \"y\"\n"
      "1,A,Opportunity,o,Bonn,z\n";
  const auto first = explained("customers", file);
  const std::string map = mapping_json(first);
  const auto again = explained("customers", file, map);
  CHECK(mapping_json(again) == map);
  Importing one, other;
  one.import("customers", file);
  other.import("customers", file, "", {.map_json = map});
  for (Importing* firm : {&one, &other})
    CHECK(firm->number("SELECT count(*) FROM customers WHERE name = 'A' AND "
                       "lifecycle = 'prospect' AND address_city = 'Bonn'") == 1);
}

TEST_CASE("what a person wrote in a mapping is written out with its parts and words") {
  const std::string map = R"({"columns": {"Who": {"to": ["first_name", null, "last_name"],
      "split": " "},
      "Born": {"to": ["birthday", null], "split": " ", "dates": "mdy"}},
      "join": {"job_title": {"columns": ["A", "B"], "with": "/"}},
      "constants": {"is_primary": "1"}})";
  const std::string file = "Who,Born,A,B\nAda K Lovelace,03/04/1990 Bonn,x,y\n";
  const std::string written = mapping_json(explained("contacts", file, map));
  CHECK(mapping_json(explained("contacts", file, written)) == written);
  Importing firm;
  firm.import("contacts", file, "", {.map_json = written});
  CHECK(firm.number("SELECT count(*) FROM contacts WHERE first_name = 'Ada' AND "
                    "last_name = 'Lovelace' AND job_title = 'x/y' AND birthday = '1990-03-04' AND "
                    "is_primary = 1") == 1);
}

TEST_CASE("an order's two files are told each for itself") {
  const auto told = explained("orders", "Order ID,Customer,Order date\n1,c,2026-01-02\n", "",
                              "Order ID,Item name,Quantity\n1,Chai,2\n1,Chang,3\n");
  REQUIRE(told.lines);
  CHECK(told.lines->rows == 2);
  CHECK(told.is_ready());
  const Json json = *parse_json(to_json(told));
  CHECK(json.find("lines")->find("rows")->integer()[0] == 2);
  CHECK(json.find("mapping")->find("lines") != nullptr);
}
