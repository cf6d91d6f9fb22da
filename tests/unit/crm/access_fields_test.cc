// Fields that are kept from someone: not shown, not to be asked for, not to be guessed, not set.
#include "crm/access/role.h"
#include "crm/exports/export_rows.h"
#include "model/entities/order.h"
#include "model/entities/product.h"
#include "unit/crm/staff.h"

using namespace kontor;
using namespace kontor::test;
using crm::FieldAccess;
using crm::Reach;
using Faults = std::vector<std::string>;

namespace {

crm::Rights keeping(std::string_view collection, std::string_view field, FieldAccess access) {
  crm::Rights rights = Staff::reaching(Reach::all);
  rights.set(crm::Flag::see_cost, true);
  const model::Entity& entity = Firm::entity(collection);
  rights.set(entity, *model::find_field(entity, field), access);
  return rights;
}

crm::Rights without_costs() { return Staff::reaching(Reach::all); }

class FieldScene : public Staff {
 public:
  FieldScene() {
    product = create("products", R"({"sku": "TEA", "name": "Tea", "price": 900, "cost": 431})");
    const Json customer = create("customers", R"({"name": "Ann", "email": "a@example.com"})");
    order = create("orders", R"({"customer_id": ")" + text(customer, "id") +
                                 R"(", "lines": [{"product_id": ")" + text(product, "id") +
                                 R"(", "quantity": 2}]})");
  }
  std::string exported(std::string_view collection, crm::ExportFormat format) {
    std::string out;
    const auto done = database.store().read([&](store::ReadTx& tx) -> Result<void> {
      auto rows = TRY(crm::open_rows(tx, *principal, crm::whole_collection(entity(collection)),
                                     {.format = format}));
      rows->begin(out);
      while (rows->next(out)) continue;
      return {};
    });
    REQUIRE(done.ok());
    return out;
  }
  Json product, order;
};

}  // namespace

TEST_CASE("without see_cost no representation of a product or an order line says what it cost") {
  FieldScene firm;
  const auto says_cost = [](const std::string& text) {
    return text.find("cost") != std::string::npos;
  };
  const auto views = [&] {
    std::vector<std::string> all;
    all.push_back(firm.try_get("products", firm.product)->json);
    all.push_back(firm.list("products", {})->json);
    all.push_back(firm.try_get("orders", firm.order)->json);
    all.push_back(firm.list("orders", {})->json);
    all.push_back(firm.try_get("orders", firm.order, "", "lines")->json);
    for (const auto format : {crm::ExportFormat::csv, crm::ExportFormat::jsonl})
      for (const char* collection : {"products", "orders"})
        all.push_back(firm.exported(collection, format));
    all.push_back(firm.try_update("products", firm.product, R"({"unit": "kg"})")->json);
    all.push_back(firm.try_update("orders", firm.order, R"({"notes": "x"})")->json);
    const auto stale = firm.write([&](store::WriteTx& tx) {
      return firm.records.update(tx, firm.context(), model::product, Firm::id_of(firm.product),
                                 Firm::json("{}"), 99);
    });
    all.push_back(stale.error().current);
    return all;
  };
  firm.act_as(firm.ann, without_costs());
  for (const std::string& view : views()) {
    INFO(view);
    CHECK_FALSE(view.empty());
    CHECK_FALSE(says_cost(view));
  }
  // Whoever has the flag sees it in each of them.
  firm.act_as(firm.ann, keeping("customers", "notes", FieldAccess::hidden));
  for (const std::string& view : views()) {
    INFO(view);
    CHECK(says_cost(view));
  }
}

TEST_CASE("beside a reference a hidden field is hidden too") {
  FieldScene firm;
  const Json payment =
      firm.create("payments", R"({"amount": 5, "order_id": ")" + text(firm.order, "id") + "\"}");
  firm.act_as(firm.ann, keeping("customers", "email", FieldAccess::hidden));
  const std::string expanded = firm.try_get("payments", payment, "order.customer")->json;
  CHECK(expanded.find("\"customer\":{") != std::string::npos);
  CHECK(expanded.find("email") == std::string::npos);
  firm.act_as(firm.ann, without_costs());
  CHECK(firm.try_get("payments", payment, "order")->json.find("cost") == std::string::npos);
  // Nor is a hidden reference followed.
  firm.act_as(firm.ann, keeping("orders", "customer_id", FieldAccess::hidden));
  CHECK(refusal(firm.try_get("orders", firm.order, "customer")) == Code::forbidden);
}

TEST_CASE("a hidden field cannot be filtered, sorted, chosen or searched") {
  FieldScene firm;
  firm.act_as(firm.ann, keeping("products", "price", FieldAccess::hidden));
  const auto ask = [&](const char* name, const char* value) {
    const auto page = firm.list("products", {{name, value}});
    REQUIRE_FALSE(page.ok());
    CHECK(page.error().code == Code::forbidden);
    return faults(page.error());
  };
  CHECK(ask("price", "900") == Faults{"?price:hidden_field"});
  CHECK(ask("price[gt]", "1") == Faults{"?price[gt]:hidden_field"});
  CHECK(ask("price[null]", "true") == Faults{"?price[null]:hidden_field"});
  CHECK(ask("sort", "-price") == Faults{"?sort:hidden_field"});
  CHECK(ask("fields", "name,price") == Faults{"?fields:hidden_field"});
  CHECK(refusal(firm.try_get("products", firm.product, "", "price")) == Code::forbidden);
  CHECK(firm.list("products", {{"q", "tea"}}).ok());  // the price is not searched

  firm.act_as(firm.ann, keeping("products", "name", FieldAccess::hidden));
  CHECK(ask("q", "tea") == Faults{"?q:hidden_field"});
  // Only to read is no matter here.
  firm.act_as(firm.ann, keeping("products", "name", FieldAccess::read_only));
  CHECK(firm.list("products", {{"q", "tea"}, {"sort", "name"}, {"name", "Tea"}}).ok());
}

TEST_CASE("a hidden field cannot be named in a body, not even by its right value") {
  FieldScene firm;
  firm.act_as(firm.ann, without_costs());
  for (const char* body : {R"({"cost": 431})", R"({"cost": 432})", R"({"cost": null})"}) {
    const auto written = firm.try_update("products", firm.product, body);
    REQUIRE(refusal(written) == Code::forbidden);
    CHECK(faults(written.error()) == Faults{"/cost:hidden_field"});
  }
  const auto made = firm.try_create("products", R"({"sku": "B", "name": "B", "cost": 1})");
  CHECK(refusal(made) == Code::forbidden);
  const Json line = (*firm.order.find("lines")->array())[0];
  const auto guessed = firm.try_update(
      "orders", firm.order, R"({"lines": [{"id": ")" + text(line, "id") + R"(", "cost": 431}]})");
  REQUIRE(refusal(guessed) == Code::forbidden);
  CHECK(faults(guessed.error()) == Faults{"/lines/0/cost:hidden_field"});
  firm.act_as(firm.ann, keeping("customers", "address.city", FieldAccess::hidden));
  const Json customer = firm.json(R"({"id": ")" + text(firm.order, "customer_id") + "\"}");
  CHECK(refusal(firm.try_update("customers", customer, R"({"address": {"city": "Hue"}})")) ==
        Code::forbidden);
  CHECK(refusal(firm.try_update("customers", customer, R"({"address": null})")) == Code::forbidden);
  CHECK(refusal(firm.try_update("customers", customer, R"({"address": {"street": "1"}})")) ==
        std::nullopt);
}

TEST_CASE("the server still knows what it hides: a line keeps its cost, a new one gets it") {
  FieldScene firm;
  firm.act_as(firm.ann, without_costs());
  const Json line = (*firm.order.find("lines")->array())[0];
  firm.update("orders", firm.order,
              R"({"lines": [{"id": ")" + text(line, "id") +
                  R"(", "quantity": 3}, {"product_id": ")" + text(firm.product, "id") + "\"}]}");
  firm.act_as_program();
  const Json order = firm.get("orders", firm.order);
  for (const Json& each : *order.find("lines")->array()) CHECK(integer(each, "cost") == 431);
}

TEST_CASE("a field to be read only is shown, sent back unchanged, and not set") {
  FieldScene firm;
  firm.act_as(firm.ann, keeping("products", "price", FieldAccess::read_only));
  CHECK(integer(firm.get("products", firm.product), "price") == 900);
  CHECK(firm.try_update("products", firm.product, R"({"price": 900, "unit": "kg"})").ok());
  const auto set = firm.try_update("products", firm.product, R"({"price": 901})");
  REQUIRE(refusal(set) == Code::forbidden);
  CHECK(faults(set.error()) == Faults{"/price:read_only"});
  CHECK(refusal(firm.try_create("products", R"({"sku": "B", "name": "B", "price": 1})")) ==
        Code::forbidden);
  CHECK(firm.try_create("products", R"({"sku": "C", "name": "C"})").ok());
}

TEST_CASE("who sends goods out sets no price in the lines of an order either") {
  FieldScene firm;
  firm.act_as(firm.ann, crm::rights_of(*crm::find_built_in_role("warehouse")));
  const std::string id = text((*firm.order.find("lines")->array())[0], "id");
  const auto with = [&](const std::string& member) {
    return firm.try_update("orders", firm.order,
                           R"({"lines": [{"id": ")" + id + "\", " + member + "}]}");
  };
  const auto set = with(R"("unit_price": 1)");
  REQUIRE(refusal(set) == Code::forbidden);
  CHECK(faults(set.error()) == Faults{"/lines/0/unit_price:read_only"});
  CHECK(refusal(with(R"("discount": "0.5")")) == Code::forbidden);
  CHECK(with(R"("quantity": 3)").ok());
}
