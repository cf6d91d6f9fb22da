#include "crm/change_log.h"
#include "crm/history.h"
#include "crm/schema_check.h"
#include "unit/crm/firm.h"

using namespace kontor;
using namespace kontor::test;
using Faults = std::vector<std::string>;

TEST_CASE("the tables carry what the entities say") {
  Firm firm;
  const auto differences = firm.database.store().read(
      [](store::ReadTx& tx) { return Result(crm::schema_differences(tx)); });
  CHECK(*differences == std::vector<std::string>{});
}

TEST_CASE("a record is shown the same after its creation and when it is read") {
  Firm firm;
  const Json made =
      firm.create("customers", R"({"name": "Quán Điện Biên", "email": "Hello@Example.com",
      "address": {"city": "Huế"}, "tags": ["vip"], "custom": {"zalo": true}})");
  CHECK(firm.get("customers", made) == made);
  CHECK(integer(made, "version") == 1);
  CHECK(text(made, "email") == "Hello@Example.com");
  CHECK(*made.find("address")->find("city")->string() == "Huế");
  CHECK(made.find("deleted_at") == nullptr);
}

TEST_CASE("the client may choose the id; a second record with it is a conflict") {
  Firm firm;
  const std::string body = R"({"id": "018f6b2e-0000-7000-8000-000000000001", "name": "A"})";
  CHECK(text(firm.create("customers", body), "id") == "018f6b2e-0000-7000-8000-000000000001");
  const auto again = firm.try_create("customers", body);
  REQUIRE_FALSE(again.ok());
  CHECK(again.error().code == Code::conflict);
  CHECK(again.error().fields.front().pointer == "/id");
}

TEST_CASE("a change raises the version; a patch that changes nothing does not") {
  Firm firm;
  const Json made = firm.create("customers", R"({"name": "A"})");
  CHECK(integer(firm.update("customers", made, R"({"name": "A"})"), "version") == 1);
  CHECK(integer(firm.update("customers", made, R"({"name": "B"})"), "version") == 2);
}

TEST_CASE("a change of an older version is refused with the current record") {
  Firm firm;
  const Json made = firm.create("customers", R"({"name": "A"})");
  firm.update("customers", made, R"({"name": "B"})");
  const auto stale = firm.write([&](store::WriteTx& tx) {
    return firm.records.update(tx, firm.context(), Firm::entity("customers"), Firm::id_of(made),
                               Firm::json(R"({"name": "C"})"), 1);
  });
  REQUIRE_FALSE(stale.ok());
  CHECK(stale.error().code == Code::stale);
  CHECK(text(Firm::json(stale.error().current), "name") == "B");
}

TEST_CASE("a deleted record is in the trash, blocks nothing, and comes back") {
  Firm firm;
  const Json first = firm.create("products", R"({"sku": "A1", "name": "A"})");
  CHECK(
      firm.try_create("products", R"({"sku": "A1", "name": "B"})").error().fields.front().pointer ==
      "/sku");
  REQUIRE(firm.try_remove("products", first).ok());
  CHECK(firm.try_remove("products", first).error().code == Code::not_found);
  CHECK(firm.try_update("products", first, "{}").error().code == Code::not_found);
  CHECK(firm.get("products", first).find("deleted_at") != nullptr);
  const Json second = firm.create("products", R"({"sku": "A1", "name": "B"})");
  CHECK(firm.try_restore("products", first).error().code == Code::conflict);
  firm.update("products", second, R"({"sku": "A2"})");
  CHECK(firm.try_restore("products", first).ok());
}

TEST_CASE("a reference must point to a live record; what was there may stay") {
  Firm firm;
  const Json customer = firm.create("customers", R"({"name": "A"})");
  const Json contact = firm.create(
      "contacts", R"({"last_name": "X", "customer_id": ")" + text(customer, "id") + R"("})");
  REQUIRE(firm.try_remove("customers", customer).ok());
  CHECK(text(firm.update("contacts", contact, R"({"first_name": "Y"})"), "customer_id") ==
        text(customer, "id"));
  const auto refused = firm.try_create(
      "contacts", R"({"last_name": "Z", "customer_id": ")" + text(customer, "id") + R"("})");
  CHECK(faults(refused.error()) == Faults{"/customer_id:not_found"});
}

TEST_CASE("a reference can be shown with its record, two steps deep") {
  Firm firm;
  const Json customer = firm.create("customers", R"({"name": "Acme"})");
  const Json order = firm.create("orders", R"({"customer_id": ")" + text(customer, "id") +
                                               R"(", "lines": [{"name": "A", "unit_price": 10}]})");
  const Json payment =
      firm.create("payments", R"({"order_id": ")" + text(order, "id") + R"(", "amount": 10})");
  const Json shown = firm.get("payments", payment, "order.customer");
  CHECK(*shown.find("order")->find("customer")->find("name")->string() == "Acme");
  CHECK(*shown.find("order")->find("number")->string() == text(order, "number"));
}

TEST_CASE("the history says what changed, from what, to what, newest first") {
  Firm firm;
  const Json made = firm.create("customers", R"({"name": "A", "phone": "123456"})");
  firm.update("customers", made, R"({"name": "B", "address": {"city": "Hue"}})");
  REQUIRE(firm.try_remove("customers", made).ok());
  const auto text_of = firm.database.store().read([&](store::ReadTx& tx) {
    return crm::history(tx, *crm::Principal::program(), Firm::entity("customers"),
                        Firm::id_of(made), 10, INT64_MAX);
  });
  const Json page = Firm::json(*text_of);
  const JsonArray& changes = *page.find("data")->array();
  REQUIRE(changes.size() == 3);
  CHECK(text(changes[0], "action") == "delete");
  CHECK(text(changes[1], "action") == "update");
  CHECK(to_text(*changes[1].find("diff")) ==
        R"({"name":{"from":"A","to":"B"},"address.city":{"from":null,"to":"Hue"}})");
  CHECK(text(changes[2], "action") == "create");
}

TEST_CASE("a failed write leaves nothing behind, not even in the trail") {
  Firm firm;
  const auto count = [&] {
    return *firm.database.store().read(
        [](store::ReadTx& tx) { return Result(crm::last_change(tx)); });
  };
  const Json customer = firm.create("customers", R"({"name": "A"})");
  const std::int64_t before = count();
  CHECK_FALSE(firm.try_create("orders", R"({"customer_id": ")" + text(customer, "id") +
                                            R"(", "lines": [{"quantity": -1}]})")
                  .ok());
  CHECK(count() == before);
}
