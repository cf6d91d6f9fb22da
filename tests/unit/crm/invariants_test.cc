// What must hold of the data is seen when it does not: every rule is broken once, past the program.
#include <catch_amalgamated.hpp>

#include "firm.h"

namespace kontor::test {
namespace {

struct Breach {
  const char* invariant;
  const char* statement;
  const char* told;  // part of the finding
};

// A paid and confirmed order of one product, a refunded one, and a draft.
void trade(Firm& firm) {
  const Json customer = firm.create("customers", R"({"name": "An Nguyen"})");
  const Json product = firm.create("products", R"({"sku": "TEA", "name": "Tea", "price": 450,
      "track_stock": true, "stock_on_hand": "40"})");
  for (const bool refunded : {false, true}) {
    const Json order = firm.create("orders", R"({"customer_id": ")" + text(customer, "id") +
                                                 R"(", "lines": [{"product_id": ")" +
                                                 text(product, "id") + R"(", "quantity": 2}]})");
    firm.act("orders", order, "confirm");
    const Json payment = firm.create("payments", R"({"order_id": ")" + text(order, "id") +
                                                     R"(", "amount": 900, "method": "cash",
        "status": "succeeded"})");
    if (refunded) firm.act("payments", payment, "refund");
  }
  firm.create("orders", R"({"customer_id": ")" + text(customer, "id") + R"("})");
}

void break_rule(Firm& firm, const char* statement) {
  const Result<void> done = firm.write([&](store::WriteTx& tx) -> Result<void> {
    tx.prepare(statement).run();
    return {};
  });
  INFO(statement);
  REQUIRE(done.ok());
}

TEST_CASE("each rule of the data is seen to be broken, by its name") {
  const Breach breach = GENERATE(
      Breach{"orders_add_up", "UPDATE order_lines SET line_total = line_total + 1 WHERE id = 1",
             "lines come to 901"},
      Breach{"orders_recompute", "UPDATE order_lines SET unit_price = unit_price + 10000000",
             "do not follow"},
      Breach{"payments_add_up", "UPDATE payments SET refunded = 1 WHERE id = 1",
             "its payments come to 899"},
      Breach{"payment_status_follows", "UPDATE orders SET payment_status = 'unpaid' WHERE id = 1",
             "make it paid"},
      Breach{"payment_status_follows",
             "UPDATE orders SET payment_status = 'partially_refunded' WHERE id = 2",
             "make it refunded"},
      Breach{"payment_status_follows", "UPDATE orders SET payment_status = 'paid' WHERE id = 3",
             "make it unpaid"},
      Breach{"payments_have_the_orders_currency", "UPDATE payments SET currency = 'EUR'",
             "is in USD, a payment of it in EUR"},
      Breach{"stock_equals_ledger", "UPDATE products SET stock_on_hand = stock_on_hand + 1",
             "the ledger says"},
      Breach{"reserved_equals_orders", "UPDATE order_lines SET reserved = 1 WHERE id = 1",
             "orders hold"},
      Breach{"numbers_without_gap", "UPDATE sequences SET next = next + 1", "numbers were given"},
      Breach{"figures_equal_rows", "UPDATE stats_order_days SET orders = orders + 1",
             "the figure says"},
      Breach{"buyers_equal_rows", "UPDATE stats_buyers SET net = net + 1", "the figure says"},
      Breach{"counts_equal_rows", "UPDATE stats_records SET live = live + 1", "the figure says"},
      Breach{"search_finds_rows",
             "INSERT INTO customers_search (customers_search) VALUES ('delete-all')",
             "customers 1 is not found"},
      Breach{"search_finds_rows",
             "INSERT INTO products_search (rowid, search_fold) VALUES (77, 'tea')",
             "products 77 is found"},
      Breach{"audit_chain",
             "INSERT INTO changes (at, collection, record_uid, action, version, diff) "
             "VALUES (0, 'customers', zeroblob(16), 'update', 2, '{}')",
             "it has no hash"});
  Firm firm;
  trade(firm);
  REQUIRE(firm.broken_invariants().empty());
  break_rule(firm, breach.statement);
  std::string all;
  for (const std::string& finding : firm.broken_invariants()) all += finding + "\n";
  INFO(breach.statement << "\n" << all);
  CHECK(all.find(std::string(breach.invariant) + ": ") != std::string::npos);
  CHECK(all.find(breach.told) != std::string::npos);
}

}  // namespace
}  // namespace kontor::test
