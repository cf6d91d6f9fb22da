// Files of other programs come in as they are, with an honest list of what does not. What is
// expected stands in the sets' own lists where they have one.
#include <map>

#include "unit/crm/importing.h"
#include "unit/crm/shared_data.h"

using namespace kontor;
using namespace kontor::crm;
using namespace kontor::test;

namespace {

crm::ImportReport bring(Importing& firm, std::string_view collection, const std::string& set,
                        const std::string& name, ImportOptions options = {}) {
  options.file_name = name;
  const auto report = firm.import(collection, read_text(shared_data(set) / name), "", options);
  CHECK(report.rows ==
        report.created + report.updated + report.unchanged + report.skipped + report.failed);
  return report;
}

// The same file again.
void check_unchanged(Importing& firm, std::string_view collection, const std::string& set,
                     const std::string& name, ImportOptions options = {}) {
  const std::int64_t changes = firm.number("SELECT max(seq) FROM changes");
  const auto again = bring(firm, collection, set, name, std::move(options));
  CHECK(again.created + again.updated == 0);
  CHECK(firm.number("SELECT max(seq) FROM changes") == changes);
}

Json expected(const std::string& set) {
  return Firm::json(read_text(shared_data(set) / "expected.json"));
}

std::int64_t figure(const Json& json, std::initializer_list<std::string_view> path) {
  const Json* at = &json;
  for (const std::string_view step : path) at = at->find(step);
  return *at->integer();
}

std::map<std::string, int> codes(const crm::ImportReport& report) {
  std::map<std::string, int> all;
  for (const RowError& error : report.errors) ++all[error.code];
  return all;
}

}  // namespace

TEST_CASE("HubSpot: companies and their contacts, tied by domain") {
  Importing firm;
  const Json told = expected("hubspot");
  const auto companies = bring(firm, "customers", "hubspot", "hubspot_companies.csv");
  CHECK(companies.created == figure(told, {"rows", "accounts"}));
  const auto contacts = bring(firm, "contacts", "hubspot", "hubspot_contacts.csv");
  CHECK(contacts.created == figure(told, {"distinct_contact_emails"}));
  CHECK(contacts.failed == figure(told, {"contacts_whose_account_key_is_unknown"}));
  CHECK(firm.number("SELECT count(*) FROM contacts WHERE customer_id IS NULL") ==
        figure(told, {"contacts_without_account"}));
  CHECK(firm.number("SELECT count(*) FROM customers WHERE address_street IS NOT NULL") == 250);
  CHECK(firm.number("SELECT count(*) FROM contacts WHERE phone IS NULL OR job_title IS NULL") == 0);
  check_unchanged(firm, "customers", "hubspot", "hubspot_companies.csv");
  check_unchanged(firm, "contacts", "hubspot", "hubspot_contacts.csv");
}

TEST_CASE("one list of firms, people and deals gives each firm and each person once") {
  for (const std::string set : {"hubspot", "salesforce"}) {
    INFO(set);
    Importing firm;
    const std::string name = set + "_master_records.csv";
    const auto firms = bring(firm, "customers", set, name);
    CHECK(firms.created == 250);
    CHECK(firms.skipped == 795 - 250);
    CHECK(firms.failed == 0);
    const auto people = bring(firm, "contacts", set, name);
    CHECK(people.created == 751);
    CHECK(people.skipped == 795 - 751);
    CHECK(firm.number("SELECT count(*) FROM contacts WHERE customer_id IS NULL") == 0);
    // What belongs to a person is not put down as the firm's.
    CHECK(firm.number("SELECT count(*) FROM customers WHERE email IS NOT NULL") == 0);
  }
}

TEST_CASE("Salesforce: accounts and their contacts, tied by external id") {
  Importing firm;
  const Json told = expected("salesforce");
  CHECK(bring(firm, "customers", "salesforce", "salesforce_accounts.csv").created ==
        figure(told, {"distinct_account_keys"}));
  const auto contacts = bring(firm, "contacts", "salesforce", "salesforce_contacts.csv");
  CHECK(contacts.created == figure(told, {"rows", "contacts"}));
  CHECK(firm.number("SELECT count(*) FROM contacts WHERE customer_id IS NULL") == 0);
  check_unchanged(firm, "contacts", "salesforce", "salesforce_contacts.csv");
}

TEST_CASE("Salesforce Data Loader: accounts in Windows-1252") {
  Importing firm;
  const Json told = expected("salesforce");
  const Json& loader = *told.find("dataloader_accounts");
  const std::string name = "dataloader_accountData_cp1252.csv";
  const auto accounts = bring(firm, "customers", "salesforce", name);
  CHECK(accounts.rows == figure(loader, {"rows"}));
  CHECK(accounts.created == figure(loader, {"distinct_ids"}));
  for (const Json& pair : *loader.find("countries_top5")->array()) {
    const std::string country = *pair.array()->at(0).string();
    CHECK(firm.number("SELECT count(*) FROM customers WHERE address_country = '" + country + "'") ==
          *pair.array()->at(1).integer());
  }
  CHECK(firm.number("SELECT count(*) FROM customers WHERE name GLOB '*[^ -~]*' OR "
                    "address_street GLOB '*[^ -~]*' OR address_city GLOB '*[^ -~]*'") > 0);
  CHECK(firm.number("SELECT count(*) FROM customers WHERE name LIKE '%' || char(65533) || '%'") ==
        0);
  check_unchanged(firm, "customers", "salesforce", name);
}

TEST_CASE("Salesforce's trash stays there") {
  Importing firm;
  const auto report =
      firm.import("customers", "ID,ISDELETED,MASTERRECORDID,NAME\n1,false,,A\n2,true,,B\n3,,,C\n");
  CHECK(report.created == 2);
  CHECK(report.skipped == 1);
  CHECK(firm.import("customers", "ID,ISDELETED,MASTERRECORDID,NAME\n4,perhaps,,D\n").failed == 1);
}

TEST_CASE("Data Loader's own test files: each comes in, or says why not") {
  struct Case {
    std::string name;
    std::int64_t created;
  };
  for (const auto& [name, created] :
       {Case{"accountsForInsert.csv", 4}, Case{"acctsWithBinaryDataInRTF.csv", 1},
        Case{"dateEndingInZ.csv", 1}, Case{"dateOnlyWithTimeZone.csv", 2},
        Case{"dateWithTimeZone.csv", 2}, Case{"insertAccountCsv.csv", 100},
        Case{"timeZoneFormatTesting.csv", 12}, Case{"timeZoneFormatTestingWithErrors.csv", 6},
        Case{"upsertAccountCsvTemplate.csv", 100}}) {
    INFO(name);
    Importing firm;
    const auto report = bring(firm, "customers", "salesforce/edge", name);
    CHECK(report.created == created);
    CHECK(report.failed == 0);
  }
  const std::string map = R"({"column1": "name", "column2": "company_name"})";
  for (const std::string name : {"csvtext.csv", "csvtext_BOM_UTF8.csv", "csvtext_BOM_UTF16LE.csv",
                                 "csvtext_BOM_UTF16BE.csv", "csvEscapedQuotes.csv"}) {
    INFO(name);
    Importing firm;
    CHECK(bring(firm, "customers", "salesforce/edge", name, {.map_json = map}).created == 2);
  }
  Importing firm;
  for (const std::string name : {"csvtext_BOM_UTF32LE.csv", "csvtext_BOM_UTF32BE.csv"}) {
    const auto refused =
        firm.try_import("customers", read_text(shared_data("salesforce/edge") / name));
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::unsupported);
  }
}

TEST_CASE("times with their zones: the valid forms come in, the others are told by row") {
  Importing firm;
  const std::string map = R"({"columns": {"Name": "reference", "Date": {"to": "paid_at",
      "dates": "mdy"}}, "constants": {"order_id": "1", "amount": "1"}})";
  firm.import("customers", "ID,Name\nc,C\n");
  firm.import("orders",
              "Order ID,Customer,Date,Item name,Quantity,Price\n1,c,2009-01-01,x,1,100\n");
  const auto good =
      bring(firm, "payments", "salesforce/edge", "timeZoneFormatTesting.csv", {.map_json = map});
  CHECK(good.created == 12);
  CHECK(firm.number("SELECT count(DISTINCT paid_at) FROM payments") >= 1);
}

TEST_CASE("WooCommerce: products with the regular price and the category, not the sale and type") {
  Importing firm;
  const Json told = expected("woocommerce");
  const auto products = bring(firm, "products", "woocommerce", "sample_products.csv");
  CHECK(products.created == figure(told, {"rows"}));
  CHECK(firm.number("SELECT sum(price) / 1000000 FROM products") == 729);
  CHECK(text(told, "regular_price_sum") == "729.00");
  for (const auto& [category, count] : *told.find("categories")->object())
    CHECK(firm.number("SELECT count(*) FROM products WHERE category = '" + category + "'") ==
          *count.integer());
  CHECK(firm.number("SELECT count(*) FROM products WHERE status = 'active'") ==
        figure(told, {"published"}));
  check_unchanged(firm, "products", "woocommerce", "sample_products.csv");
}

TEST_CASE("WooCommerce's importer sample: what has no SKU or no name is told") {
  Importing firm;
  const auto products = bring(firm, "products", "woocommerce", "importer_sample.csv");
  CHECK(products.created == 3);
  CHECK(products.failed == 4);
  CHECK(codes(products) == std::map<std::string, int>{{"required", 6}});
}

TEST_CASE("Chatwoot: ragged rows are told, never shifted") {
  Importing firm;
  const auto report =
      bring(firm, "contacts", "chatwoot", "import-contacts-sample.csv", {.create_missing = true});
  CHECK(report.rows == 25);
  CHECK(report.created == 1);
  CHECK(report.totals.at("customers_created") == 1);
  CHECK(codes(report) == std::map<std::string, int>{{"ragged_row", 24}});
  CHECK(firm.number("SELECT count(*) FROM contacts WHERE phone = '+498963648018'") == 1);
}

TEST_CASE("Vietnam: codes keep their zeros, names their marks, and a name is no key") {
  Importing firm;
  const Json told = expected("vietnam");
  const ImportOptions map{.map_json = R"({"code": "external_id", "full_name": "name",
      "name": null, "province_name": "address.state"})"};
  CHECK(bring(firm, "customers", "vietnam", "provinces.csv",
              {.map_json = R"({"code": "external_id"})"})
            .created == figure(told, {"provinces"}));
  CHECK(firm.number("SELECT count(*) FROM external_ids WHERE key = '01'") == 1);
  CHECK(firm.number("SELECT count(*) FROM customers WHERE name = 'Hà Nội'") == 1);
  Importing other;
  CHECK(bring(other, "customers", "vietnam", "wards.csv", map).created == figure(told, {"wards"}));
  CHECK(other.number("SELECT count(*) FROM customers WHERE address_state = 'Hà Nội'") ==
        figure(told, {"wards_of_Hà_Nội"}));
  for (const auto& [unit, count] : *told.find("by_unit")->object())
    CHECK(other.number("SELECT count(*) FROM customers WHERE name LIKE '" + unit + " %'") ==
          *count.integer());
}

TEST_CASE("Northwind's suppliers have streets of two lines; its staff and shippers come in, too") {
  Importing firm;
  CHECK(bring(firm, "customers", "northwind", "suppliers.csv").created == 29);
  CHECK(firm.number("SELECT count(*) FROM customers WHERE address_street = "
                    "'Order Processing Dept., 2100 Paul Revere Blvd.'") == 1);
  CHECK(bring(firm, "customers", "northwind", "shippers.csv").created == 3);
  CHECK(bring(firm, "contacts", "northwind", "employees.csv").created == 9);
}

TEST_CASE("phone numbers of every country come in as they are written") {
  Importing firm;
  const Json numbers = Firm::json(read_text(shared_data("phones") / "example_mobile_numbers.json"));
  std::string file = "ID,Last name,Phone\n";
  for (const auto& [country, number] : *numbers.object())
    file += country + ",P," + *number.string() + "\n";
  CHECK(firm.import("contacts", file).created == 245);
  CHECK(firm.number("SELECT count(*) FROM contacts c JOIN external_ids e ON e.record_id = c.id "
                    "WHERE e.key = 'VN' AND c.phone = '" +
                    text(numbers, "VN") + "'") == 1);
}

TEST_CASE("a record as the API shows it goes back in, its amounts in minor units") {
  Importing firm;
  firm.import("products", "SKU,Name,Currency,Price\na,A,USD,12.5\n");
  const std::string shown = to_text(firm.only("products")) + "\n";
  Importing other;
  CHECK(other.import("products", shown).created == 1);
  CHECK(other.number("SELECT price FROM products") == 12'500'000);
}

TEST_CASE("cards become contacts, and the same cards again change nothing") {
  Importing firm;
  const std::string cards =
      "BEGIN:VCARD\nVERSION:3.0\nUID:1\nN:Lovelace;Ada;;;\nEMAIL:ada@example.com\n"
      "BDAY:1815-12-10\nEND:VCARD\nBEGIN:VCARD\nVERSION:3.0\nUID:2\nFN:Alan Turing\nEND:VCARD\n";
  CHECK(firm.import("contacts", cards).created == 2);
  CHECK(firm.number("SELECT count(*) FROM contacts WHERE first_name = 'Alan'") == 1);
  CHECK(firm.number("SELECT count(*) FROM contacts WHERE birthday = '1815-12-10'") == 1);
  CHECK(firm.import("contacts", cards).unchanged == 2);
}
