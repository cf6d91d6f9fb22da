// What payments may do to orders that have gone elsewhere meanwhile, by lib/crm/rules/orders.h.
#include "model/decode.h"
#include "unit/crm/firm.h"

using namespace kontor;
using namespace kontor::test;
using Faults = std::vector<std::string>;

namespace {

std::string order_body(Firm& firm, std::string_view price, std::string_view more = "") {
  return R"({"customer_id": ")" + text(firm.create("customers", R"({"name": "Acme"})"), "id") +
         R"(", "lines": [{"name": "A", "unit_price": )" + std::string(price) + "}]" +
         std::string(more) + "}";
}

Json pay(Firm& firm, const Json& order, int amount, std::string_view status = "succeeded") {
  return firm.create("payments", R"({"order_id": ")" + text(order, "id") + R"(", "amount": )" +
                                     std::to_string(amount) + R"(, "status": ")" +
                                     std::string(status) + R"("})");
}

std::string kind_of(const Result<crm::Written>& result) {
  return result.ok() ? "done" : result.error().kind;
}

}  // namespace

TEST_CASE("a pending payment cannot succeed once the order is paid, cancelled or in the trash") {
  Firm firm;
  const Json order = firm.create("orders", order_body(firm, "1000"));
  const Json pending = pay(firm, order, 1000, "pending");
  const Json paid = pay(firm, order, 1);
  CHECK(faults(firm.try_act("payments", pending, "succeed").error()) ==
        Faults{"/amount:exceeds_due"});
  firm.act("payments", paid, "refund");
  firm.act("orders", order, "cancel");
  CHECK(kind_of(firm.try_act("payments", pending, "succeed")) == "order_cancelled");
  REQUIRE(firm.try_remove("orders", order).ok());
  CHECK(kind_of(firm.try_act("payments", pending, "succeed")) == "order_in_trash");
  firm.act("payments", pending, "cancel");  // what brings no money is allowed
}

TEST_CASE("two pending payments cannot overpay an order that is in the trash") {
  Firm firm;
  const Json order = firm.create("orders", order_body(firm, "1000"));
  const Json pending = pay(firm, order, 1000, "pending");
  REQUIRE(firm.try_remove("orders", order).ok());
  CHECK(kind_of(firm.try_act("payments", pending, "succeed")) == "order_in_trash");
  REQUIRE(firm.try_restore("orders", order).ok());
  firm.act("payments", pending, "succeed");
  CHECK(text(firm.get("orders", order), "payment_status") == "paid");
}

TEST_CASE("a received payment comes back from the trash only if the order can still take it") {
  Firm firm;
  const Json order = firm.create("orders", order_body(firm, "1000"));
  const Json first = pay(firm, order, 600);
  REQUIRE(firm.try_remove("payments", first).ok());
  CHECK(integer(firm.get("orders", order), "due") == 1000);
  const Json second = pay(firm, order, 500);
  CHECK(faults(firm.try_restore("payments", first).error()) == Faults{"/amount:exceeds_due"});
  firm.act("payments", second, "refund");
  firm.act("orders", order, "cancel");
  CHECK(kind_of(firm.try_restore("payments", first)) == "order_cancelled");
}

TEST_CASE("an order with payments keeps its currency") {
  Firm firm;
  const Json order = firm.create("orders", order_body(firm, "1000", R"(, "currency": "EUR")"));
  const Json payment = pay(firm, order, 10, "pending");
  const auto refused = firm.try_update("orders", order, R"({"currency": "USD"})");
  REQUIRE_FALSE(refused.ok());
  CHECK(faults(refused.error()) == Faults{"/currency:currency_mismatch"});
  REQUIRE(firm.try_remove("payments", payment).ok());  // it may be restored
  CHECK_FALSE(firm.try_update("orders", order, R"({"currency": "USD"})").ok());
}

TEST_CASE("an order of nothing is paid once confirmed, unless money went back on it") {
  Firm firm;
  const Json gift = firm.create("orders", order_body(firm, "0"));
  CHECK(text(gift, "payment_status") == "unpaid");
  CHECK(text(firm.act("orders", gift, "confirm"), "payment_status") == "paid");

  Json order = firm.create("orders", order_body(firm, "1000"));
  firm.act("payments", pay(firm, order, 1000), "refund");
  order = firm.update("orders", order, R"({"lines": [{"name": "A", "unit_price": 0}]})");
  CHECK(text(order, "payment_status") == "refunded");
  CHECK(text(firm.act("orders", order, "confirm"), "payment_status") == "refunded");
}

TEST_CASE("an imported order of nothing is paid like any other") {
  Firm firm;
  const Json body = Firm::json(order_body(firm, "0"));
  const auto made = firm.write([&](store::WriteTx& tx) {
    const model::Entity& orders = Firm::entity("orders");
    model::Record record = model::blank(orders);
    std::vector<FieldError> errors;
    model::apply(orders, body, model::Mode::create, record, errors);
    record.values[*model::find_field(orders, "status")] = std::string("completed");
    crm::Context context = firm.context();
    context.importing = true;
    return firm.records.insert(tx, context, orders, std::move(record));
  });
  REQUIRE(made.ok());
  const auto shown = firm.database.store().read([&](store::ReadTx& tx) {
    return firm.records.get(tx, *crm::Principal::program(), Firm::entity("orders"), made->id);
  });
  REQUIRE(shown.ok());
  CHECK(text(Firm::json(shown->json), "payment_status") == "paid");
}
