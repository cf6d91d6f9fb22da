// What the first page tells someone who does not see everything.
#include "crm/dashboard.h"
#include "unit/crm/people.h"

using namespace kontor;
using namespace kontor::test;
using crm::Reach;

namespace {

Json dashboard_for(Firm& firm, const crm::Principal& who) {
  const crm::Period period{*parse_date("2026-01-01"), *parse_date("2026-07-01")};
  const auto text = firm.database.store().read(
      [&](store::ReadTx& tx) { return crm::dashboard(tx, firm.organisation, who, period); });
  REQUIRE(text.ok());
  return Firm::json(*text);
}

// The records behind a `rows` link that one of these persons holds.
JsonArray rows_of(Firm& firm, const std::string& link, const std::vector<Person>& holders) {
  const std::string prefix = "/api/v1/";
  const auto mark = std::min(link.find('?'), link.size());
  std::vector<std::pair<std::string, std::string>> params = {{"limit", "200"}};
  for (std::size_t at = mark; at < link.size();) {
    const auto end = std::min(link.find('&', at + 1), link.size());
    const std::string pair = link.substr(at + 1, end - at - 1);
    params.emplace_back(pair.substr(0, pair.find('=')), pair.substr(pair.find('=') + 1));
    at = end;
  }
  const auto page = firm.list(link.substr(prefix.size(), mark - prefix.size()), params);
  REQUIRE(page.ok());
  JsonArray rows = *Firm::json(page->json).find("data")->array();
  std::erase_if(rows, [&](const Json& row) {
    const std::string* owner = row.find("owner_id")->string();
    return owner == nullptr || std::none_of(holders.begin(), holders.end(),
                                            [&](const Person& p) { return p.id == *owner; });
  });
  return rows;
}

std::int64_t sum(const JsonArray& rows, std::string_view field) {
  std::int64_t total = 0;
  for (const Json& row : rows) total += integer(row, field);
  return total;
}

void check_count(Firm& firm, const Json& figure, const std::vector<Person>& holders) {
  INFO(to_text(figure));
  CHECK(integer(figure, "count") ==
        static_cast<std::int64_t>(rows_of(firm, text(figure, "rows"), holders).size()));
}

void check_sums(Firm& firm, const Json& list, const std::vector<Person>& holders) {
  REQUIRE(list.array() != nullptr);
  CHECK_FALSE(list.array()->empty());
  for (const Json& figure : *list.array()) {
    INFO(to_text(figure));
    const JsonArray rows = rows_of(firm, text(figure, "rows"), holders);
    CHECK(integer(figure, "amount") == sum(rows, "net"));
    CHECK(integer(figure, "orders") == static_cast<std::int64_t>(rows.size()));
  }
}

void check_all(Firm& firm, const Json& figures, const std::vector<Person>& holders) {
  for (const char* name : {"customers", "products", "orders", "low_stock"})
    check_count(firm, *figures.find(name), holders);
  for (const Json& figure : *figures.find("orders_by_status")->array())
    check_count(firm, figure, holders);
  for (const char* name : {"revenue", "revenue_by_month", "top_customers"})
    check_sums(firm, *figures.find(name), holders);
}

// Orders of several months, states and currencies, customers and products, all of one holder.
void trade(Firm& firm, const Person& holder, int price) {
  const std::string owned = holder.as_owner();
  const std::string customer =
      text(firm.create("customers", R"({"name": "C", )" + owned + "}"), "id");
  firm.create("products", R"({"sku": ")" + std::to_string(price) +
                              R"(", "name": "P", "track_stock": true, "reorder_point": 5, )" +
                              owned + "}");
  int day = 0;
  for (const char* at : {"2026-02-01T08:00:00Z", "2026-02-28T10:00:00Z", "2026-04-01T12:00:00Z"}) {
    firm.clock.set_ms(*parse_instant(at));
    for (const char* currency : {"USD", "EUR"}) {
      const Json order = firm.create(
          "orders", R"({"customer_id": ")" + customer + R"(", "currency": ")" + currency +
                        R"(", )" + owned + R"(, "lines": [{"name": "A", "unit_price": )" +
                        std::to_string(price + ++day) + "}]}");
      if (day != 1 && day != 5) firm.act("orders", order, "confirm");
      if (day == 4) firm.act("orders", order, "cancel");
      if (day == 5) REQUIRE(firm.try_remove("orders", order).ok());
    }
  }
}

struct Trade {
  Firm firm;
  Person an = add_person(firm, "an"), bo = add_person(firm, "bo"), chi = add_person(firm, "chi");
  Trade() {
    trade(firm, an, 1000);
    trade(firm, bo, 20'000);
    trade(firm, chi, 300'000);
    firm.create("customers", R"({"name": "Nobody's"})");
  }
};

}  // namespace

TEST_CASE("every figure of who sees her own alone equals the sum of her rows") {
  Trade world;
  check_all(world.firm, dashboard_for(world.firm, reader(world.an, Reach::own)), {world.an});
}

TEST_CASE("every figure of who sees her team's equals the sum of the team's rows") {
  Trade world;
  const crm::Principal who = reader(world.an, Reach::team, {world.chi});
  check_all(world.firm, dashboard_for(world.firm, who), {world.an, world.chi});
}

TEST_CASE("who sees everything is told the kept figures, and they are those of the rows") {
  Trade world;
  const Json all = dashboard_for(world.firm, reader(world.an, Reach::all));
  CHECK(integer(*all.find("customers"), "count") == 4);
  check_sums(world.firm, *all.find("revenue"), {world.an, world.bo, world.chi});
  const Json together =
      dashboard_for(world.firm, reader(world.an, Reach::team, {world.bo, world.chi}));
  for (const char* name : {"orders", "orders_by_status", "revenue", "revenue_by_month",
                           "top_customers", "products", "low_stock"})
    CHECK(to_text(*all.find(name)) == to_text(*together.find(name)));
}

TEST_CASE("figures of a collection without any right are null, the others stay") {
  Trade world;
  crm::Principal who = reader(world.an, Reach::all);
  who.rights.set(Firm::entity("orders"), crm::Act::read, Reach::none);
  const Json figures = dashboard_for(world.firm, who);
  for (const char* name :
       {"orders", "orders_by_status", "revenue", "revenue_by_month", "top_customers"})
    CHECK(figures.find(name)->is_null());
  CHECK(integer(*figures.find("customers"), "count") == 4);
  CHECK(integer(*figures.find("low_stock"), "count") == 3);
  const Json nothing = dashboard_for(world.firm, reader(world.an, Reach::none));
  for (const char* name : {"customers", "products", "low_stock"})
    CHECK(nothing.find(name)->is_null());
}

TEST_CASE("a hidden field takes every figure that is made of it along, and no other") {
  Trade world;
  const auto nulls = [&](std::string_view collection, std::string_view field) {
    crm::Principal who = reader(world.an, Reach::all);
    hide(who, collection, field);
    std::vector<std::string> names;
    const Json figures = dashboard_for(world.firm, who);
    for (const auto& [name, value] : *figures.object())
      if (value.is_null()) names.push_back(name);
    return names;
  };
  using Names = std::vector<std::string>;
  CHECK(nulls("orders", "net") == Names{"revenue", "revenue_by_month", "top_customers"});
  CHECK(nulls("orders", "customer_id") == Names{"top_customers"});
  CHECK(nulls("orders", "order_date") == Names{"orders", "orders_by_status"});
  CHECK(nulls("orders", "status") ==
        Names{"orders_by_status", "revenue", "revenue_by_month", "top_customers"});
  CHECK(nulls("products", "low_stock") == Names{"low_stock"});
  CHECK(nulls("orders", "notes") == Names{});
}

TEST_CASE("stock that may not be seen is not told where it runs low") {
  Trade world;
  crm::Principal who = reader(world.an, Reach::all);
  hide(who, "products", "stock_on_hand");
  const Json figures = dashboard_for(world.firm, who);
  for (const Json& product : *figures.find("low_stock")->find("data")->array()) {
    CHECK(product.find("available")->is_null());
    CHECK(text(product, "name") == "P");
  }
}

TEST_CASE("a top customer whom the caller does not see keeps her id and loses her name") {
  Trade world;
  crm::Principal who = reader(world.an, Reach::all);
  who.rights.set(Firm::entity("customers"), crm::Act::read, Reach::own);
  int named = 0;
  const Json figures = dashboard_for(world.firm, who);
  for (const Json& customer : *figures.find("top_customers")->array()) {
    CHECK(customer.find("customer_id")->string() != nullptr);
    if (!customer.find("name")->is_null()) ++named;
  }
  CHECK(named == 2);  // her own, once in each currency
  CHECK(figures.find("top_customers")->array()->size() == 6);
}
