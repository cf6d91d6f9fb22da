// The rules of lib/crm/rules/orders.h, one by one.
#include "unit/crm/firm.h"

using namespace kontor;
using namespace kontor::test;
using Faults = std::vector<std::string>;

namespace {

std::string customer_of(Firm& firm) {
  return text(firm.create("customers", R"({"name": "Acme"})"), "id");
}

std::string product_of(Firm& firm, std::string_view fields) {
  return text(firm.create("products", "{" + std::string(fields) + "}"), "id");
}

std::string order_with(Firm& firm, std::string_view lines, std::string_view more = "") {
  return R"({"customer_id": ")" + customer_of(firm) + R"(", "lines": [)" + std::string(lines) +
         "]" + std::string(more) + "}";
}

}  // namespace

TEST_CASE("a line is rounded once, half away from zero, in minor units") {
  Firm firm;
  const Json order = firm.create(
      "orders",
      order_with(firm,
                 R"({"name": "Tea", "unit_price": "33.3333", "quantity": "1.5", "discount": "0.1"},
         {"name": "Cup", "unit_price": 5, "quantity": "0.5"})"));
  const JsonArray& lines = *order.find("lines")->array();
  CHECK(integer(lines[0], "line_total") == 45);  // 44.999955
  CHECK(integer(lines[1], "line_total") == 3);   // 2.5
  CHECK(integer(order, "subtotal") == 48);
  CHECK(integer(order, "total") == 48);
  CHECK(integer(order, "due") == 48);
}

TEST_CASE("the discount of an order is spread to the last unit, and tax is rounded once a rate") {
  Firm firm;
  const Json order =
      firm.create("orders", order_with(firm,
                                       R"({"name": "A", "unit_price": 333, "tax_rate": "0.08"},
         {"name": "B", "unit_price": 333, "tax_rate": "0.08"},
         {"name": "C", "unit_price": 334, "tax_rate": "0.1"})",
                                       R"(, "discount": 100, "shipping": 50)"));
  std::int64_t shares = 0;
  for (const Json& line : *order.find("lines")->array()) shares += integer(line, "discount_share");
  CHECK(shares == 100);
  CHECK(integer(order, "subtotal") == 1000);
  CHECK(integer(order, "net") == 900);
  // 8 % of 333 + 333 − 33 − 33 = 48; 10 % of 334 − 34 = 30; the unit left over went to the last
  // line
  CHECK(integer(order, "tax") == 78);
  CHECK(integer(order, "total") == 900 + 78 + 50);
}

TEST_CASE("currencies differ in their minor unit, sums do not: VND has none, KWD a thousand") {
  Firm firm;
  for (const std::string currency : {"VND", "USD", "KWD"}) {
    const Json order = firm.create(
        "orders", order_with(firm, R"({"name": "A", "unit_price": 125000, "tax_rate": "0.08"})",
                             R"(, "currency": ")" + currency + R"(")"));
    CHECK(integer(order, "total") == 135'000);
    CHECK(text(order, "currency") == currency);
  }
}

TEST_CASE("an order keeps its prices when the product changes") {
  Firm firm;
  const Json product = firm.create(
      "products", R"({"sku": "T1", "name": "Tea", "price": 500, "tax_rate": "0.08", "cost": 200})");
  const Json order = firm.create(
      "orders",
      order_with(firm, R"({"product_id": ")" + text(product, "id") + R"(", "quantity": 2})"));
  firm.update("products", product,
              R"({"name": "Green tea", "price": 900, "tax_rate": "0.1", "cost": 400})");
  const Json again = firm.get("orders", order);
  CHECK(again == order);
  const Json& line = again.find("lines")->array()->front();
  CHECK(text(line, "name") == "Tea");
  CHECK(text(line, "sku") == "T1");
  CHECK(integer(line, "unit_price") == 500);
  CHECK(integer(line, "cost") == 200);
  CHECK(integer(again, "total") == 1080);
}

TEST_CASE("a product in another currency needs a price in the order's") {
  Firm firm;
  const std::string id =
      product_of(firm, R"("sku": "T1", "name": "Tea", "price": 500, "currency": "EUR")");
  const auto refused =
      firm.try_create("orders", order_with(firm, R"({"product_id": ")" + id + R"("})"));
  CHECK(faults(refused.error()) == Faults{"/lines/0/unit_price:required"});
  firm.create("orders", order_with(firm, R"({"product_id": ")" + id + R"(", "unit_price": 550})"));
}

TEST_CASE("every mistake in an order is named at once") {
  Firm firm;
  const auto refused =
      firm.try_create("orders", R"({"customer_id": "018f6b2e-0000-7000-8000-000000000001",
      "discount": -5, "lines": [{"quantity": 0, "unit_price": 5, "name": "A"},
      {"unit_price": 5}]})");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Code::invalid);
  CHECK(faults(refused.error()) == Faults{"/discount:out_of_range",
                                          "/lines/0/quantity:out_of_range",
                                          "/lines/1/name:required", "/customer_id:not_found"});
}

TEST_CASE("numbers are given without a gap per year, also when creates fail") {
  Firm firm;
  for (int i = 1; i <= 3; ++i) {
    CHECK(text(firm.create("orders", order_with(firm, "", R"(, "order_date": "2025-12-31")")),
               "number") == "SO-2025-0000" + std::to_string(i));
    CHECK_FALSE(firm.try_create("orders", order_with(firm, R"({"quantity": "x"})")).ok());
  }
  CHECK(text(firm.create("orders", order_with(firm, "", R"(, "order_date": "2026-01-01")")),
             "number") == "SO-2026-00001");
}

TEST_CASE("the date of an order is today where the firm is") {
  Firm firm("Asia/Ho_Chi_Minh");
  firm.clock.set_ms(*parse_instant("2026-12-31T18:30:00Z"));
  const Json order = firm.create("orders", order_with(firm, R"({"name": "A", "unit_price": 1})"));
  CHECK(text(order, "order_date") == "2027-01-01");
  CHECK(text(order, "number") == "SO-2027-00001");
  CHECK(text(firm.act("orders", order, "confirm"), "confirmed_on") == "2027-01-01");
}

TEST_CASE("states follow the machine; a refused move lists the moves that are allowed") {
  Firm firm;
  Json order = firm.create("orders", order_with(firm, R"({"name": "A", "unit_price": 100})"));
  const auto refused = firm.try_act("orders", order, "complete");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Code::conflict);
  CHECK(refused.error().kind == "move_not_allowed");
  CHECK(refused.error().allowed == std::vector<std::string>{"confirm", "hold", "cancel"});

  order = firm.act("orders", order, "confirm");
  order = firm.act("orders", order, "process");
  order = firm.act("orders", order, "hold");
  CHECK(text(order, "status") == "on_hold");
  order = firm.act("orders", order, "resume");
  CHECK(text(order, "status") == "processing");
  order = firm.act("orders", order, "complete");
  CHECK(text(order, "fulfilment_status") == "fulfilled");
  CHECK(firm.try_act("orders", order, "cancel").error().allowed.empty());
}

TEST_CASE("an order without lines cannot be confirmed") {
  Firm firm;
  const Json order = firm.create("orders", order_with(firm, ""));
  CHECK(firm.try_act("orders", order, "confirm").error().kind == "no_lines");
}

TEST_CASE("what the customer agreed to is locked after the draft; notes are not") {
  Firm firm;
  Json order = firm.create("orders", order_with(firm, R"({"name": "A", "unit_price": 100})"));
  order = firm.update("orders", order, R"({"lines": [{"name": "B", "unit_price": 200}]})");
  CHECK(integer(order, "total") == 200);
  order = firm.act("orders", order, "confirm");
  CHECK(firm.try_update("orders", order, R"({"shipping": 5})").error().kind == "order_locked");
  CHECK(firm.try_update("orders", order, R"({"lines": []})").error().kind == "order_locked");
  CHECK(text(firm.update("orders", order, R"({"notes": "call first"})"), "notes") == "call first");
}

TEST_CASE("confirming reserves stock, cancelling gives it back, completing ships it") {
  Firm firm;
  const Json product = firm.create(
      "products",
      R"({"sku": "T", "name": "T", "price": 1, "track_stock": true, "stock_on_hand": 10})");
  const std::string line = R"({"product_id": ")" + text(product, "id") + R"(", "quantity": 4})";
  const auto stock = [&] {
    const Json now = firm.get("products", product);
    return std::pair(integer(now, "stock_on_hand"), integer(now, "stock_reserved"));
  };
  const Json first = firm.act("orders", firm.create("orders", order_with(firm, line)), "confirm");
  CHECK(stock() == std::pair<std::int64_t, std::int64_t>(10, 4));
  const Json second = firm.act("orders", firm.create("orders", order_with(firm, line)), "confirm");
  CHECK(stock() == std::pair<std::int64_t, std::int64_t>(10, 8));

  const Json third = firm.create("orders", order_with(firm, line));
  const auto refused = firm.try_act("orders", third, "confirm");
  CHECK(refused.error().kind == "insufficient_stock");
  CHECK(faults(refused.error()) == Faults{"/lines/0/quantity:insufficient_stock"});
  CHECK(stock() == std::pair<std::int64_t, std::int64_t>(10, 8));

  firm.act("orders", first, "cancel");
  CHECK(stock() == std::pair<std::int64_t, std::int64_t>(10, 4));
  firm.act("orders", second, "complete");
  CHECK(stock() == std::pair<std::int64_t, std::int64_t>(6, 0));
}

TEST_CASE("only drafts and cancelled orders go to the trash, and come back") {
  Firm firm;
  Json order = firm.create("orders", order_with(firm, R"({"name": "A", "unit_price": 100})"));
  order = firm.act("orders", order, "confirm");
  CHECK(firm.try_remove("orders", order).error().kind == "order_locked");
  firm.act("orders", order, "cancel");
  CHECK(firm.try_remove("orders", order).ok());
  CHECK(firm.try_restore("orders", order).ok());
  CHECK(firm.try_restore("orders", order).error().kind == "not_in_trash");
}

TEST_CASE("what is paid follows from the payments, and the state from what is paid") {
  Firm firm;
  Json order = firm.create("orders", order_with(firm, R"({"name": "A", "unit_price": 1000})"));
  order = firm.act("orders", order, "confirm");
  const auto pay = [&](int amount, std::string_view more = "") {
    return firm.try_create("payments", R"({"order_id": ")" + text(order, "id") +
                                           R"(", "amount": )" + std::to_string(amount) +
                                           std::string(more) + "}");
  };
  const auto state = [&] {
    const Json now = firm.get("orders", order);
    return text(now, "payment_status") + " " + std::to_string(integer(now, "paid")) + " " +
           std::to_string(integer(now, "due"));
  };
  CHECK(state() == "unpaid 0 1000");
  const Json pending = Firm::json(pay(300, R"(, "status": "pending")")->json);
  CHECK(state() == "unpaid 0 1000");
  firm.act("payments", pending, "authorize");
  CHECK(state() == "authorized 0 1000");
  firm.act("payments", pending, "succeed");
  CHECK(state() == "partially_paid 300 700");
  CHECK(faults(pay(701).error()) == Faults{"/amount:exceeds_due"});
  const Json second = Firm::json(pay(700)->json);
  CHECK(state() == "paid 1000 0");
  CHECK(firm.try_act("orders", order, "cancel").error().kind == "order_is_paid");

  firm.act("payments", second, "refund", R"({"amount": 200})");
  CHECK(state() == "partially_refunded 800 200");
  CHECK(faults(firm.try_act("payments", second, "refund", R"({"amount": 501})").error()) ==
        Faults{"/amount:out_of_range"});
  firm.act("payments", second, "refund");
  firm.act("payments", pending, "refund");
  CHECK(state() == "refunded 0 1000");
  firm.act("orders", order, "cancel");
}

TEST_CASE("a payment is in the currency of its order") {
  Firm firm;
  const Json order = firm.create(
      "orders", order_with(firm, R"({"name": "A", "unit_price": 1000})", R"(, "currency": "EUR")"));
  const auto refused = firm.try_create("payments", R"({"order_id": ")" + text(order, "id") +
                                                       R"(", "amount": 5, "currency": "USD"})");
  CHECK(faults(refused.error()) == Faults{"/currency:currency_mismatch"});
}
