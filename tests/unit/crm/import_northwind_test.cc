// A whole firm from its files: 93 customers, 77 products, 830 orders with 2,155 lines.
#include <fstream>
#include <map>

#include "base/civil.h"
#include "base/decimal.h"
#include "crm/imports/importer.h"
#include "crm/invariants.h"
#include "unit/crm/firm.h"
#include "unit/crm/shared_data.h"

using namespace kontor;
using namespace kontor::crm;
using namespace kontor::test;

namespace {

__extension__ using Wide = __int128;

class Northwind : public Firm {
 public:
  ImportReport import(std::string_view collection, bool dry_run = false) {
    const auto folder = shared_data("northwind");
    std::ifstream file(folder / (std::string(collection) + ".csv"), std::ios::binary);
    std::ifstream lines(folder / "order_details.csv", std::ios::binary);
    ImportOptions options{.file = &file, .dry_run = dry_run};
    if (collection == "orders") options.lines = &lines;
    auto report = import_records(database.store(), records, context(), entity(collection), options);
    REQUIRE(report.ok());
    INFO(to_json(*report));
    CHECK(report->failed == 0);
    CHECK(report->error_count == 0);
    return *report;
  }
  void import_all() {
    import("customers");
    import("products");
    import("orders");
  }
  std::int64_t number(std::string_view sql) {
    return database.store()
        .read([&](store::ReadTx& tx) -> Result<std::int64_t> {
          auto row = tx.prepare(sql);
          REQUIRE(row.step());
          return row.integer(0);
        })
        .value();
  }
};

Json manifest() { return Firm::json(read_text(shared_data("northwind") / "expected.json")); }

// Sums of exact line values, in units of 10⁻¹⁴ of a cent-scaled unit price: nothing is rounded
// before the end, as in the manifest.
struct ExactSum {
  Wide units = 0;  // unit_price × 10⁴ · quantity × 10⁴ · rate × 10⁶
  void add(std::int64_t price, std::int64_t quantity, std::int64_t kept) {
    units += Wide{price} * quantity * kept;
  }
  std::string dollars() const {
    constexpr Wide scale = Wide{k_quantity_one} * k_quantity_one * k_rate_one;
    std::string text = std::to_string(static_cast<std::int64_t>((units + scale / 2) / scale));
    return text.insert(text.size() - 2, ".");
  }
};

struct Sums {
  ExactSum gross, net;
  std::map<std::string, ExactSum> by_year, by_customer, by_country;
};

Sums sums(Northwind& firm) {
  return firm.database.store()
      .read([](store::ReadTx& tx) -> Result<Sums> {
        Sums sums;
        auto row = tx.prepare(
            "SELECT l.unit_price, l.quantity, l.discount, substr(o.order_date, 1, 4), e.key, "
            "c.address_country FROM order_lines l JOIN orders o ON o.id = l.order_id "
            "JOIN customers c ON c.id = o.customer_id "
            "JOIN external_ids e ON e.collection = 'customers' AND e.record_id = c.id");
        while (row.step()) {
          const std::int64_t kept = k_rate_one - row.integer(2);
          sums.gross.add(row.integer(0), row.integer(1), k_rate_one);
          sums.net.add(row.integer(0), row.integer(1), kept);
          sums.by_year[std::string(row.text(3))].add(row.integer(0), row.integer(1), kept);
          sums.by_customer[std::string(row.text(4))].add(row.integer(0), row.integer(1), kept);
          sums.by_country[std::string(row.text(5))].add(row.integer(0), row.integer(1), kept);
        }
        return sums;
      })
      .value();
}

}  // namespace

TEST_CASE("Northwind comes in whole: counts") {
  Northwind firm;
  const ImportReport customers = firm.import("customers");
  CHECK(customers.created == 93);
  CHECK(customers.totals.at("contacts_created") == 93);
  const ImportReport products = firm.import("products");
  CHECK(products.created == 77);
  const ImportReport orders = firm.import("orders");
  CHECK(orders.created == 830);
  CHECK(orders.totals.at("lines") == 2155);
  CHECK(firm.number("SELECT count(*) FROM orders WHERE status = 'confirmed'") == 21);
  CHECK(firm.number("SELECT count(*) FROM orders WHERE status = 'completed' AND "
                    "fulfilment_status = 'fulfilled'") == 809);
  CHECK(firm.number("SELECT count(*) FROM products WHERE status = 'archived'") == 8);
  CHECK(firm.number("SELECT count(*) FROM order_lines WHERE discount > 0") == 838);
  CHECK(firm.number("SELECT count(*) FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o "
                    "WHERE o.customer_id = c.id)") == 4);
}

TEST_CASE("Northwind's totals are those of its manifest, to the cent") {
  Northwind firm;
  firm.import_all();
  const Json expected = manifest();
  const Sums got = sums(firm);
  CHECK(got.gross.dollars() == text(expected, "gross_total"));
  CHECK(got.net.dollars() == text(expected, "net_total_after_discount"));
  CHECK(firm.number("SELECT sum(shipping) FROM orders") == 6'494'269);
  CHECK(text(expected, "freight_total") == "64942.69");
  for (const auto& [year, figures] : *expected.find("orders_and_net_by_year")->object()) {
    CHECK(got.by_year.at(year).dollars() == *figures.array()->at(1).string());
    CHECK(firm.number("SELECT count(*) FROM orders WHERE order_date LIKE '" + year + "-%'") ==
          *figures.array()->at(0).integer());
  }
  for (const Json& pair : *expected.find("top5_customers_net")->array())
    CHECK(got.by_customer.at(*pair.array()->at(0).string()).dollars() ==
          *pair.array()->at(1).string());
  for (const Json& pair : *expected.find("net_by_country_top5")->array())
    CHECK(got.by_country.at(*pair.array()->at(0).string()).dollars() ==
          *pair.array()->at(1).string());
}

// A bill shows whole cents on every line, so each line is rounded once: 25 cents over 2,155 lines.
TEST_CASE("Northwind's billed totals are the sums of lines rounded to the cent") {
  Northwind firm;
  firm.import("customers");
  firm.import("products");
  const ImportReport orders = firm.import("orders");
  CHECK(orders.totals.at("net.USD") == 126'579'329);
  CHECK(orders.totals.at("shipping.USD") == 6'494'269);
  CHECK(orders.totals.at("total.USD") == 126'579'329 + 6'494'269);
  CHECK(firm.number("SELECT sum(net) FROM stats_revenue_days") == 126'579'329);
}

TEST_CASE("numbers are the server's, by the year of the order, without a gap") {
  Northwind firm;
  firm.import_all();
  CHECK(firm.number("SELECT count(*) FROM orders WHERE number GLOB 'SO-1996-[0-9]*'") == 152);
  CHECK(firm.number("SELECT count(*) FROM orders WHERE number = 'SO-1996-00152'") == 1);
  CHECK(firm.number("SELECT count(*) FROM orders WHERE number = 'SO-1998-00270'") == 1);
}

TEST_CASE("the same files again change nothing") {
  Northwind firm;
  firm.import_all();
  const std::int64_t changes = firm.number("SELECT max(seq) FROM changes");
  for (const std::string_view collection : {"customers", "products", "orders"}) {
    const ImportReport again = firm.import(collection);
    CHECK(again.created == 0);
    CHECK(again.updated == 0);
    CHECK(again.unchanged == again.rows);
  }
  CHECK(firm.number("SELECT max(seq) FROM changes") == changes);
  CHECK(firm.number("SELECT count(*) FROM contacts") == 93);
}

TEST_CASE("a dry run counts what the import will do, and writes nothing") {
  Northwind firm;
  const ImportReport dry = firm.import("customers", true);
  CHECK(dry.created == 93);
  CHECK(firm.number("SELECT count(*) FROM customers") == 0);
  CHECK(firm.number("SELECT count(*) FROM changes") == 0);
  CHECK(firm.import("customers").created == 93);
  firm.import("products");
  const ImportReport orders = firm.import("orders", true);
  CHECK(orders.created == 830);
  CHECK(orders.totals.at("net.USD") == 126'579'329);
  CHECK(firm.number("SELECT count(*) FROM sequences") == 0);
}

TEST_CASE("after Northwind every invariant holds") {
  Northwind firm;
  firm.import_all();
  auto checked = firm.database.store().read([](store::ReadTx& tx) -> Result<int> {
    for (const Invariant& invariant : invariants()) {
      INFO(invariant.name);
      CHECK(invariant.check(tx) == std::vector<std::string>{});
    }
    return 0;
  });
  CHECK(checked.ok());
}
