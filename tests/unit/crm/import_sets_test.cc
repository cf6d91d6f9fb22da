// Files of other programs come in as they are, with an honest list of what does not.
#include "unit/crm/importing.h"
#include "unit/crm/shared_data.h"

using namespace kontor;
using namespace kontor::crm;
using namespace kontor::test;

namespace {

crm::ImportReport bring(Importing& firm, std::string_view collection, const std::string& set,
                        const std::string& name) {
  ImportOptions options;
  options.file_name = name;
  return firm.import(collection, read_text(shared_data(set) / name), "", options);
}

}  // namespace

TEST_CASE("HubSpot: companies and their contacts, tied by domain") {
  Importing firm;
  CHECK(bring(firm, "customers", "hubspot", "hubspot_companies.csv").created == 250);
  const auto contacts = bring(firm, "contacts", "hubspot", "hubspot_contacts.csv");
  CHECK(contacts.created == 751);
  CHECK(contacts.failed == 0);
  CHECK(firm.number("SELECT count(*) FROM contacts WHERE customer_id IS NULL") == 0);
}

TEST_CASE("Salesforce: accounts and their contacts, tied by external id") {
  Importing firm;
  CHECK(bring(firm, "customers", "salesforce", "salesforce_accounts.csv").created == 250);
  const auto contacts = bring(firm, "contacts", "salesforce", "salesforce_contacts.csv");
  CHECK(contacts.created == 751);
  CHECK(firm.number("SELECT count(*) FROM contacts WHERE customer_id IS NULL") == 0);
}

TEST_CASE("Salesforce Data Loader: accounts in Windows-1252") {
  Importing firm;
  const auto accounts = bring(firm, "customers", "salesforce", "dataloader_accountData_cp1252.csv");
  CHECK(accounts.rows == 423);
  CHECK(accounts.created == 423);
}

TEST_CASE("WooCommerce: products with the regular price and the category, not the sale and type") {
  Importing firm;
  CHECK(bring(firm, "products", "woocommerce", "sample_products.csv").created == 24);
  CHECK(firm.number("SELECT sum(price) / 1000000 FROM products") == 729);
  CHECK(firm.number("SELECT count(*) FROM products WHERE category = 'Clothing > Accessories'") ==
        6);
}

TEST_CASE("Chatwoot: ragged rows are told, never shifted") {
  Importing firm;
  const auto report = bring(firm, "contacts", "chatwoot", "import-contacts-sample.csv");
  CHECK(report.rows == 25);
  CHECK(firm.number("SELECT count(*) FROM contacts WHERE phone IS NULL") == 0);
  for (const RowError& error : report.errors)
    CHECK((error.code == "ragged_row" || error.code == "not_found"));
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
