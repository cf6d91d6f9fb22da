// Lines of orders: what they take from products, and ids that do not fit.
#include "unit/crm/firm.h"

using namespace kontor;
using namespace kontor::test;
using Faults = std::vector<std::string>;

namespace {

std::string with_lines(Firm& firm, const std::string& lines) {
  return R"({"customer_id": ")" + text(firm.create("customers", R"({"name": "Acme"})"), "id") +
         R"(", "lines": [)" + lines + "]}";
}

const Json& line_of(const Json& order, std::size_t index = 0) {
  return (*order.find("lines")->array())[index];
}

}  // namespace

TEST_CASE("a line that is given another product takes that product's name, price and cost") {
  Firm firm;
  const Json tea =
      firm.create("products", R"({"sku": "T", "name": "Tea", "price": 500, "cost": 200})");
  const Json cup = firm.create(
      "products", R"({"sku": "C", "name": "Cup", "price": 900, "cost": 700, "tax_rate": "0.1"})");
  const Json order =
      firm.create("orders", with_lines(firm, R"({"product_id": ")" + text(tea, "id") +
                                                 R"(", "quantity": 2, "discount": "0.5"})"));
  const std::string line = R"({"lines": [{"id": ")" + text(line_of(order), "id") +
                           R"(", "product_id": ")" + text(cup, "id") + R"(")";
  const Json changed = firm.update("orders", order, line + "}]}");
  CHECK(text(line_of(changed), "sku") == "C");
  CHECK(text(line_of(changed), "name") == "Cup");
  CHECK(integer(line_of(changed), "unit_price") == 900);
  CHECK(integer(line_of(changed), "cost") == 700);
  CHECK(text(line_of(changed), "tax_rate") == "0.1");
  CHECK(integer(line_of(changed), "quantity") == 2);  // the customer's, not the product's
  CHECK(integer(changed, "total") == 990);
}

TEST_CASE("a line that changes its product keeps what the same request says") {
  Firm firm;
  const Json tea = firm.create("products", R"({"sku": "T", "name": "Tea", "price": 500})");
  const Json cup = firm.create("products", R"({"sku": "C", "name": "Cup", "price": 900})");
  const Json order =
      firm.create("orders", with_lines(firm, R"({"product_id": ")" + text(tea, "id") + R"("})"));
  const Json changed =
      firm.update("orders", order,
                  R"({"lines": [{"id": ")" + text(line_of(order), "id") + R"(", "product_id": ")" +
                      text(cup, "id") + R"(", "unit_price": 850, "name": "Cup, chipped"}]})");
  CHECK(text(line_of(changed), "name") == "Cup, chipped");
  CHECK(integer(line_of(changed), "unit_price") == 850);
  CHECK(text(line_of(changed), "sku") == "C");
}

TEST_CASE("a line without a product has no cost of one") {
  Firm firm;
  const Json tea =
      firm.create("products", R"({"sku": "T", "name": "Tea", "price": 500, "cost": 200})");
  const Json order =
      firm.create("orders", with_lines(firm, R"({"product_id": ")" + text(tea, "id") + R"("})"));
  const Json changed = firm.update(
      "orders", order,
      R"({"lines": [{"id": ")" + text(line_of(order), "id") + R"(", "product_id": null}]})");
  CHECK(text(line_of(changed), "name") == "Tea");
  CHECK(integer(line_of(changed), "unit_price") == 500);
  CHECK(line_of(changed).find("cost")->is_null());
}

TEST_CASE("the id of another order's line is taken, and says so at the line") {
  Firm firm;
  const Json first = firm.create("orders", with_lines(firm, R"({"name": "A", "unit_price": 1})"));
  const std::string taken =
      R"({"id": ")" + text(line_of(first), "id") + R"(", "name": "B", "unit_price": 2})";
  const auto refused =
      firm.try_create("orders", with_lines(firm, R"({"name": "A", "unit_price": 1}, )" + taken));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Code::conflict);
  CHECK(faults(refused.error()) == Faults{"/lines/1/id:taken"});
  CHECK(integer(firm.get("orders", first), "total") == 1);
}

TEST_CASE("lines that are no objects, or the same line twice, are refused by their place") {
  Firm firm;
  const Json order = firm.create("orders", with_lines(firm, R"({"name": "A", "unit_price": 1})"));
  const std::string id = R"("id": ")" + text(line_of(order), "id") + R"(")";
  const auto twice = firm.try_update("orders", order, R"({"lines": [{)" + id + "}, {" + id + "}]}");
  CHECK(faults(twice.error()) == Faults{"/lines/1/id:duplicate"});
  const auto odd = firm.try_update("orders", order, R"({"lines": [null, 1, {"id": 5}]})");
  const Faults found = faults(odd.error());
  for (const char* fault : {"/lines/0:wrong_type", "/lines/1:wrong_type", "/lines/2/id:wrong_type"})
    CHECK(std::count(found.begin(), found.end(), fault) == 1);
  CHECK(integer(firm.update("orders", order, R"({"lines": null})"), "total") == 0);
}

TEST_CASE("a number that an import has brought is passed over, and no order is refused for it") {
  Firm firm;
  const std::string customer = text(firm.create("customers", R"({"name": "Old"})"), "id");
  const auto order_numbered = [&](const std::string& number) {
    return firm.write([&](store::WriteTx& tx) {
      const model::Entity& orders = Firm::entity("orders");
      model::Record record = model::blank(orders);
      record.values[*model::find_field(orders, "customer_id")] = customer;
      record.values[*model::find_field(orders, "number")] = number;
      record.values[*model::find_field(orders, "order_date")] = std::string("2026-01-01");
      crm::Context context = firm.context();
      context.importing = true;
      return firm.records.insert(tx, context, orders, std::move(record));
    });
  };
  REQUIRE(order_numbered("SO-2026-00001").ok());
  REQUIRE(order_numbered("SO-2026-00003").ok());
  const auto next = [&] {
    return text(firm.create("orders", R"({"customer_id": ")" + customer +
                                          R"(", "order_date": "2026-02-01"})"),
                "number");
  };
  CHECK(next() == "SO-2026-00002");
  CHECK(next() == "SO-2026-00004");
  REQUIRE(order_numbered("SO-2026-00900").ok());
  CHECK(firm.broken_invariants() == Faults{});
}
