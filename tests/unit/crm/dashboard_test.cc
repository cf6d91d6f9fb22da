// Each figure equals the sum of the rows that its link lists.
#include "crm/dashboard.h"

#include "crm/invariants.h"
#include "unit/crm/firm.h"

using namespace kontor;
using namespace kontor::test;

namespace {

Json dashboard_of(Firm& firm, std::string_view from, std::string_view to) {
  const crm::Period period{*parse_date(from), *parse_date(to)};
  const auto text = firm.database.store().read([&](store::ReadTx& tx) {
    return crm::dashboard(tx, firm.organisation, *crm::Principal::program(), period);
  });
  REQUIRE(text.ok());
  return Firm::json(*text);
}

// The records behind a `rows` link.
JsonArray rows_of(Firm& firm, const std::string& link) {
  const std::string prefix = "/api/v1/";
  REQUIRE(link.starts_with(prefix));
  const auto mark = std::min(link.find('?'), link.size());
  std::vector<std::pair<std::string, std::string>> params = {{"limit", "200"}};
  for (std::size_t at = mark; at < link.size();) {
    const auto end = std::min(link.find('&', at + 1), link.size());
    const std::string pair = link.substr(at + 1, end - at - 1);
    params.emplace_back(pair.substr(0, pair.find('=')), pair.substr(pair.find('=') + 1));
    at = end;
  }
  const auto page = firm.list(link.substr(prefix.size(), mark - prefix.size()), params);
  if (!page.ok()) FAIL(page.error().message);
  return *Firm::json(page->json).find("data")->array();
}

std::int64_t sum(const JsonArray& rows, std::string_view field) {
  std::int64_t total = 0;
  for (const Json& row : rows) total += integer(row, field);
  return total;
}

void confirm_order_at(Firm& firm, std::string_view at, const std::string& customer, int price,
                      std::string_view currency = "USD") {
  firm.clock.set_ms(*parse_instant(at));
  const Json order = firm.create(
      "orders",
      R"({"customer_id": ")" + customer + R"(", "currency": ")" + std::string(currency) +
          R"(", "shipping": 7, "lines": [{"name": "A", "tax_rate": "0.1", "unit_price": )" +
          std::to_string(price) + "}]}");
  firm.act("orders", order, "confirm");
}

void check_links(Firm& firm, const Json& figures, std::string_view list, std::string_view amount) {
  for (const Json& figure : *figures.find(list)->array()) {
    const JsonArray rows = rows_of(firm, text(figure, "rows"));
    if (amount == "count") {
      CHECK(integer(figure, "count") == static_cast<std::int64_t>(rows.size()));
    } else {
      CHECK(integer(figure, "amount") == sum(rows, "net"));
      CHECK(integer(figure, "orders") == static_cast<std::int64_t>(rows.size()));
    }
  }
}

}  // namespace

TEST_CASE("every figure equals the rows of its link, at month edges and in the firm's zone") {
  for (const std::string zone : {"UTC", "Asia/Ho_Chi_Minh", "America/Los_Angeles"}) {
    Firm firm(zone);
    const std::string a = text(firm.create("customers", R"({"name": "A"})"), "id");
    const std::string b = text(firm.create("customers", R"({"name": "B"})"), "id");
    for (const char* at :
         {"2026-01-31T16:59:59Z", "2026-01-31T17:00:00Z", "2026-02-01T07:59:59Z",
          "2026-02-01T08:00:00Z", "2026-02-28T23:59:59Z", "2026-03-01T12:00:00Z"}) {
      confirm_order_at(firm, at, a, 1000);
      confirm_order_at(firm, at, b, 500, "EUR");
    }
    const Json figures = dashboard_of(firm, "2026-01-31", "2026-03-01");
    INFO(zone << " " << to_text(figures));
    check_links(firm, figures, "revenue", "net");
    check_links(firm, figures, "revenue_by_month", "net");
    check_links(firm, figures, "top_customers", "net");
    check_links(firm, figures, "orders_by_status", "count");
    const Json& orders = *figures.find("orders");
    CHECK(integer(orders, "count") ==
          static_cast<std::int64_t>(rows_of(firm, text(orders, "rows")).size()));
    CHECK(figures.find("revenue")->array()->size() == 2);
    CHECK(integer(*figures.find("customers"), "count") == 2);
  }
}

TEST_CASE("an order counts in the month in which it was confirmed where the firm is") {
  Firm firm("Asia/Ho_Chi_Minh");
  const std::string a = text(firm.create("customers", R"({"name": "A"})"), "id");
  confirm_order_at(firm, "2026-01-31T16:59:59Z", a, 1000);
  confirm_order_at(firm, "2026-01-31T17:00:00Z", a, 200);
  const Json figures = dashboard_of(firm, "2026-01-01", "2026-03-01");
  const JsonArray& months = *figures.find("revenue_by_month")->array();
  REQUIRE(months.size() == 2);
  CHECK(text(months[0], "month") == "2026-01");
  CHECK(integer(months[0], "amount") == 1000);
  CHECK(integer(months[1], "amount") == 200);
}

TEST_CASE("cancelled and deleted orders leave the revenue; drafts never were in it") {
  Firm firm;
  const std::string a = text(firm.create("customers", R"({"name": "A"})"), "id");
  const std::string body =
      R"({"customer_id": ")" + a + R"(", "lines": [{"name": "A", "unit_price": 1000}]})";
  const auto revenue = [&] {
    const Json figures = dashboard_of(firm, "2020-01-01", "2030-01-01");
    const JsonArray& all = *figures.find("revenue")->array();
    return all.empty() ? 0 : integer(all.front(), "amount");
  };
  const Json order = firm.create("orders", body);
  CHECK(revenue() == 0);
  firm.act("orders", order, "confirm");
  CHECK(revenue() == 1000);
  firm.act("orders", order, "cancel");
  CHECK(revenue() == 0);
  REQUIRE(firm.try_remove("orders", order).ok());
  const auto findings = firm.database.store().read([](store::ReadTx& tx) {
    std::vector<std::string> all;
    for (const crm::Invariant& invariant : crm::invariants())
      for (std::string& text : invariant.check(tx))
        all.push_back(std::string(invariant.name) + ": " + text);
    return Result(all);
  });
  CHECK(*findings == std::vector<std::string>{});
}

TEST_CASE("low stock lists what must be ordered again") {
  Firm firm;
  firm.create(
      "products",
      R"({"sku": "1", "name": "A", "track_stock": true, "stock_on_hand": 5, "reorder_point": 5})");
  firm.create(
      "products",
      R"({"sku": "2", "name": "B", "track_stock": true, "stock_on_hand": 6, "reorder_point": 5})");
  firm.create("products", R"({"sku": "3", "name": "C", "stock_on_hand": 0, "reorder_point": 5})");
  const Json figures = dashboard_of(firm, "2026-01-01", "2026-02-01");
  const Json& low = *figures.find("low_stock");
  CHECK(integer(low, "count") == 1);
  CHECK(rows_of(firm, text(low, "rows")).size() == 1);
  CHECK(text(low.find("data")->array()->front(), "sku") == "1");
}

TEST_CASE("each invariant finds what is planted against it") {
  const auto found_after = [](std::string_view sql) {
    Firm firm;
    const Json product = firm.create(
        "products",
        R"({"sku": "T", "name": "T", "price": 100, "track_stock": true, "stock_on_hand": 9})");
    const std::string a = text(firm.create("customers", R"({"name": "A"})"), "id");
    const Json order =
        firm.create("orders", R"({"customer_id": ")" + a + R"(", "lines": [{"product_id": ")" +
                                  text(product, "id") + R"("}]})");
    firm.act("orders", order, "confirm");
    firm.create("payments", R"({"order_id": ")" + text(order, "id") + R"(", "amount": 10})");
    REQUIRE(firm.write([&](store::WriteTx& tx) {
                  tx.prepare(sql).run();
                  return Result<void>();
                })
                .ok());
    std::vector<std::string> names;
    (void)firm.database.store().read([&](store::ReadTx& tx) {
      for (const crm::Invariant& invariant : crm::invariants())
        if (!invariant.check(tx).empty()) names.emplace_back(invariant.name);
      return Result<void>();
    });
    return names;
  };
  using Names = std::vector<std::string>;
  CHECK(found_after("UPDATE order_lines SET line_total = 101") ==
        Names{"orders_add_up", "orders_recompute"});
  CHECK(found_after("UPDATE order_lines SET quantity = quantity * 2") == Names{"orders_recompute"});
  CHECK(found_after("UPDATE payments SET refunded = 1") ==
        Names{"payments_add_up", "payment_status_follows"});
  CHECK(found_after("UPDATE products SET stock_on_hand = 1") == Names{"stock_equals_ledger"});
  CHECK(found_after("UPDATE order_lines SET reserved = 0") == Names{"reserved_equals_orders"});
  CHECK(found_after("UPDATE sequences SET next = 5") == Names{"numbers_without_gap"});
  CHECK(found_after("UPDATE stats_revenue_days SET net = 1") == Names{"figures_equal_rows"});
  CHECK(found_after("UPDATE stats_buyers SET net = 1") == Names{"buyers_equal_rows"});
  CHECK(found_after("UPDATE stats_records SET live = 9 WHERE collection = 'orders'") ==
        Names{"counts_equal_rows"});
}
