// Orders as Shopify and WooCommerce export them: a row for each line, what is the order's stands in
// the first.
#include "unit/crm/importing.h"

using namespace kontor;
using namespace kontor::crm;
using namespace kontor::test;

namespace {

constexpr const char* k_shopify =
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,"
    "Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,"
    "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,"
    "Lineitem requires shipping,Lineitem taxable,Billing Name,Billing Company,Billing Phone,Notes,"
    "Cancelled at,Id,Tags,Source\n"
    // Two lines, one of them free of tax, a discount, shipping: 40 + 20 − 6 + 5 + 3.60
    "#1001,ada@example.com,paid,2026-03-01 10:00:00 +0700,fulfilled,2026-03-02 09:00:00 +0700,no,"
    "USD,54.00,5.00,3.60,62.60,SPRING,6.00,Standard,2026-03-01 09:59:58 +0700,2,Chair,20.00,CH-1,"
    "true,true,Ada Lovelace,,'+84 90 123 45 67,ring twice,,450789469,\"vip, spring\",web\n"
    "#1001,ada@example.com,,,,,,,,,,,,,,2026-03-01 09:59:58 +0700,1,Gift card,20.00,,"
    "false,false,,,,,,,,\n"
    // Prices with their tax in them.
    "#1002,bob@example.com,pending,,,,no,USD,11.90,0.00,1.90,11.90,,0.00,,"
    "2026-03-03 08:00:00 +0700,1,Lamp,11.90,LA-1,true,true,Bob,Acme Ltd,,,,450789470,,web\n"
    "#1003,bob@example.com,voided,,,,no,USD,20.00,0.00,0.00,20.00,,0.00,,"
    "2026-03-04 08:00:00 +0700,1,Chair,20.00,CH-1,true,true,Bob,Acme Ltd,,,"
    "2026-03-05 08:00:00 +0700,450789471,,web\n"
    // With a tip, which is no line.
    "#1004,bob@example.com,paid,,,,no,USD,20.00,0.00,0.00,23.00,,0.00,,"
    "2026-03-06 08:00:00 +0700,1,Chair,20.00,CH-1,true,true,Bob,Acme Ltd,,,,450789472,,web\n";

constexpr const char* k_woocommerce =
    "Order Number,Order Status,Order Date,Customer Note,First Name (Billing),Last Name (Billing),"
    "Company (Billing),Email (Billing),Phone (Billing),Payment Method Title,Cart Discount Amount,"
    "Order Shipping Amount,Order Total Amount,Order Total Tax Amount,SKU,Item #,Item Name,"
    "Quantity (- Refund),Item Cost,Coupon Code,Discount Amount\n"
    "71,Completed,2026-04-01 12:00,leave at door,Ada,Lovelace,,ada@example.com,+84901234567,Card,"
    "4.00,6.50,34.10,3.60,CH-1,1,Chair,1,20.00,SPRING,4.00\n"
    "71,,,,,,,,,,,,,,LA-1,2,Lamp,1,8.00,,\n"
    "72,On hold,2026-04-02 12:00,,Bob,B,Acme,bob@example.com,,Bank,0.00,0.00,20.00,0.00,CH-1,1,"
    "Chair,1,20.00,,\n"
    "73,Cancelled,2026-04-03 12:00,,Bob,B,Acme,bob@example.com,,Bank,0.00,0.00,20.00,0.00,CH-1,1,"
    "Chair,1,20.00,,\n";

class Shop : public Importing {
 public:
  Shop() {
    import("customers", "ID,Name,Email\n1,Ada,ada@example.com\n");
    import("products", "SKU,Name,Currency,Price\nCH-1,Chair,USD,25\nLA-1,Lamp,USD,9\n");
  }
  std::int64_t orders(const std::string& where) {
    return number("SELECT count(*) FROM orders WHERE " + where);
  }
};

}  // namespace

TEST_CASE(
    "Shopify: an order with two lines, a discount, shipping and tax comes to the file's cent") {
  Shop shop;
  const auto report = shop.import("orders", k_shopify, "", {.create_missing = true});
  CHECK(report.rows == 4);
  CHECK(report.created == 3);
  CHECK(report.totals.at("lines") == 4);
  CHECK(report.totals.at("customers_created") == 1);
  CHECK(shop.orders("subtotal = 6000 AND discount = 600 AND net = 5400 AND shipping = 500 AND "
                    "tax = 360 AND total = 6260") == 1);
  CHECK(shop.orders("order_date = '2026-03-01' AND status = 'completed' AND "
                    "fulfilment_status = 'fulfilled' AND notes = 'ring twice' AND "
                    "channel = 'web' AND tags = '[\"vip\",\"spring\"]'") == 1);
  CHECK(shop.number("SELECT count(*) FROM order_lines WHERE sku = 'CH-1' AND tax_rate = 100000 AND "
                    "product_id IS NOT NULL AND unit_price = 20000000") == 1);
  CHECK(shop.number("SELECT count(*) FROM order_lines WHERE name = 'Gift card' AND tax_rate = 0 "
                    "AND product_id IS NULL") == 1);
}

TEST_CASE("Shopify: the tax in the prices is no tax beside them; what was cancelled stays so") {
  Shop shop;
  shop.import("orders", k_shopify, "", {.create_missing = true});
  CHECK(shop.orders("total = 1190 AND tax = 0 AND status = 'confirmed'") == 1);
  CHECK(shop.orders("order_date = '2026-03-04' AND status = 'cancelled'") == 1);
  CHECK(shop.number("SELECT count(*) FROM customers WHERE email = 'bob@example.com' AND "
                    "name = 'Bob' AND company_name = 'Acme Ltd'") == 1);
  CHECK(shop.number("SELECT count(*) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE "
                    "c.email = 'ada@example.com'") == 1);
}

TEST_CASE("an order that does not come to the file's total is told, and a map takes it as it is") {
  Shop shop;
  const auto report = shop.import("orders", k_shopify, "", {.create_missing = true});
  REQUIRE(report.errors.size() == 1);
  CHECK(report.errors[0].row == 6);
  CHECK(report.errors[0].column == "Total");
  CHECK(report.errors[0].code == "total_differs");
  CHECK(report.errors[0].detail.find("says 23 USD") != std::string::npos);
  CHECK(report.errors[0].detail.find("comes to 20 USD") != std::string::npos);
  const std::string rejected = shop.errors.str();
  const auto as_it_is = shop.import("orders", rejected, "", {.map_json = R"({"Total": null})"});
  CHECK(as_it_is.rows == 1);
  CHECK(as_it_is.failed == 0);
  CHECK(as_it_is.created == 1);
}

TEST_CASE("Shopify's file again changes nothing, and without --create-missing nobody is made up") {
  Shop shop;
  shop.import("orders", k_shopify, "", {.create_missing = true});
  const std::int64_t changes = shop.number("SELECT max(seq) FROM changes");
  const auto again = shop.import("orders", k_shopify);
  CHECK(again.unchanged == 3);
  CHECK(shop.number("SELECT max(seq) FROM changes") == changes);
  Shop other;
  const auto strict = other.import("orders", k_shopify);
  CHECK(strict.created == 1);
  CHECK(strict.failed == 3);
  CHECK(other.count("customers") == 1);
}

TEST_CASE("WooCommerce: states, customers by e-mail, the cart's discount once, tax on lines") {
  Shop shop;
  const auto report = shop.import("orders", k_woocommerce, "", {.create_missing = true});
  CHECK(report.created == 3);
  CHECK(report.failed == 0);
  CHECK(shop.orders("total = 3410 AND tax = 360 AND discount = 400 AND shipping = 650 AND "
                    "status = 'completed' AND notes = 'leave at door'") == 1);
  CHECK(shop.orders("status = 'on_hold'") == 1);
  CHECK(shop.orders("status = 'cancelled'") == 1);
  CHECK(report.totals.at("lines") == 4);
  CHECK(shop.number("SELECT count(*) FROM customers WHERE name = 'Bob B'") == 1);
  CHECK(shop.import("orders", k_woocommerce).unchanged == 3);
}

TEST_CASE("Shopify's customers are called by their two names, else by their firm or address") {
  Importing firm;
  const auto report = firm.import(
      "customers",
      "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
      "Default Address Address1,Default Address City,Default Address Province Code,"
      "Default Address Country Code,Default Address Zip,Default Address Phone,Phone,Total Spent,"
      "Note,Tags\n"
      "'6001,Ada,Lovelace,ada@example.com,yes,,1 High St,London,,GB,N1,,+441632960000,12.00,n,a\n"
      "'6002,Bob,,bob@example.com,no,Acme,2 Low St,Bonn,,DE,53111,,,0.00,,\n"
      "'6003,,,,no,Solo GmbH,,,,,,,,0.00,,\n'6004,,,eve@example.com,no,,,,,,,,,0.00,,\n");
  CHECK(report.created == 4);
  const auto found = [&](const std::string& where) {
    return firm.number("SELECT count(*) FROM customers WHERE " + where);
  };
  CHECK(found("name = 'Ada Lovelace' AND kind = 'person' AND address_city = 'London'") == 1);
  CHECK(found("name = 'Bob' AND kind = 'company' AND company_name = 'Acme'") == 1);
  CHECK(found("name = 'Solo GmbH' AND company_name = 'Solo GmbH'") == 1);
  CHECK(found("name = 'eve@example.com'") == 1);
  CHECK(firm.number("SELECT count(*) FROM external_ids WHERE key = '6001'") == 1);
}
