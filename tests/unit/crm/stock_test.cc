// Stock when things happen between the promise and the delivery.
#include "unit/crm/firm.h"

using namespace kontor;
using namespace kontor::test;

namespace {

struct Promise {
  Json product, order;
};

// 10 on hand, 4 of them promised to a confirmed order.
Promise promised(Firm& firm) {
  const Json product = firm.create(
      "products",
      R"({"sku": "T", "name": "T", "price": 1, "track_stock": true, "stock_on_hand": 10})");
  const std::string customer = text(firm.create("customers", R"({"name": "A"})"), "id");
  const Json order =
      firm.create("orders", R"({"customer_id": ")" + customer + R"(", "lines": [{"product_id": ")" +
                                text(product, "id") + R"(", "quantity": 4}]})");
  return {product, firm.act("orders", order, "confirm")};
}

std::string stock(Firm& firm, const Json& product) {
  const Json now = firm.get("products", product);
  return std::to_string(integer(now, "stock_on_hand")) + " on hand, " +
         std::to_string(integer(now, "stock_reserved")) + " reserved";
}

}  // namespace

TEST_CASE("a promise outlasts hold and resume, and is given back once") {
  Firm firm;
  const auto [product, order] = promised(firm);
  CHECK_FALSE(firm.try_act("orders", order, "confirm").ok());
  firm.act("orders", order, "hold");
  firm.act("orders", order, "resume");
  CHECK(stock(firm, product) == "10 on hand, 4 reserved");
  firm.act("orders", order, "hold");
  firm.act("orders", order, "cancel");
  CHECK(stock(firm, product) == "10 on hand, 0 reserved");
  CHECK_FALSE(firm.try_act("orders", order, "cancel").ok());
  CHECK(firm.broken_invariants().empty());
}

TEST_CASE("what was promised is shipped though the product stops being tracked or is deleted") {
  Firm firm;
  const auto [product, order] = promised(firm);
  firm.update("products", product, R"({"track_stock": false})");
  REQUIRE(firm.try_remove("products", product).ok());
  firm.act("orders", order, "complete");
  CHECK(stock(firm, product) == "6 on hand, 0 reserved");
  CHECK(firm.broken_invariants().empty());
}

TEST_CASE("a count set while stock is promised keeps the promise") {
  Firm firm;
  const auto [product, order] = promised(firm);
  firm.update("products", product, R"({"stock_on_hand": 3})");
  CHECK(stock(firm, product) == "3 on hand, 4 reserved");
  CHECK_FALSE(firm.try_update("products", product, R"({"stock_reserved": 0})").ok());
  firm.act("orders", order, "cancel");
  CHECK(stock(firm, product) == "3 on hand, 0 reserved");
  CHECK(firm.broken_invariants().empty());
}

TEST_CASE("a reorder point below zero is refused by name") {
  Firm firm;
  const auto refused =
      firm.try_create("products", R"({"sku": "T", "name": "T", "reorder_point": -1})");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Code::invalid);
  CHECK(faults(refused.error()) == std::vector<std::string>{"/reorder_point:out_of_range"});
}
