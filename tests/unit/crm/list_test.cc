#include "crm/list_sql.h"
#include "unit/crm/firm.h"

using namespace kontor;
using namespace kontor::test;
using Params = std::vector<std::pair<std::string, std::string>>;
using Names = std::vector<std::string>;

namespace {

Names names_of(const Json& page, std::string_view field = "name") {
  Names names;
  for (const Json& record : *page.find("data")->array()) names.push_back(text(record, field));
  return names;
}

Names found(Firm& firm, std::string_view collection, const Params& params) {
  const auto page = firm.list(collection, params);
  if (!page.ok()) FAIL(page.error().message);
  return names_of(Firm::json(page->json));
}

// All pages, following the cursor.
Names walked(Firm& firm, std::string_view collection, Params params) {
  Names all;
  for (int pages = 0; pages < 1000; ++pages) {
    const auto page = firm.list(collection, params);
    REQUIRE(page.ok());
    for (std::string& name : names_of(Firm::json(page->json))) all.push_back(std::move(name));
    if (page->next_cursor.empty()) return all;
    std::erase_if(params, [](const auto& p) { return p.first == "cursor"; });
    params.emplace_back("cursor", page->next_cursor);
  }
  FAIL("the pages never end");
  return all;
}

void add_customers(Firm& firm, const Names& names) {
  for (const std::string& name : names) {
    firm.create("customers", R"({"name": ")" + name + R"("})");
    firm.clock.advance_ms(1000);
  }
}

}  // namespace

TEST_CASE("a list is newest first and walks through all pages without gap or repeat") {
  Firm firm;
  add_customers(firm, {"a", "b", "c", "d", "e"});
  CHECK(walked(firm, "customers", {{"limit", "2"}}) == Names{"e", "d", "c", "b", "a"});
  CHECK(walked(firm, "customers", {{"limit", "5"}}).size() == 5);
}

TEST_CASE("ties are broken by the row, in both directions, and mixed orders walk too") {
  Firm firm;
  for (const char* sku : {"1", "2", "3", "4", "5", "6"}) {
    const std::string price = sku[0] < '4' ? "100" : "200";
    firm.create("products", R"({"sku": ")" + std::string(sku) + R"(", "name": ")" + sku +
                                R"(", "price": )" + price + "}");
  }
  CHECK(walked(firm, "products", {{"sort", "price"}, {"limit", "2"}}) ==
        Names{"1", "2", "3", "4", "5", "6"});
  CHECK(walked(firm, "products", {{"sort", "-price"}, {"limit", "2"}}) ==
        Names{"6", "5", "4", "3", "2", "1"});
  CHECK(walked(firm, "products", {{"sort", "-price,sku"}, {"limit", "2"}}) ==
        Names{"4", "5", "6", "1", "2", "3"});
  CHECK(walked(firm, "products", {{"sort", "id"}, {"limit", "4"}}) ==
        Names{"1", "2", "3", "4", "5", "6"});
}

TEST_CASE("names are ordered without regard to accents and case") {
  Firm firm;
  add_customers(firm, {"Ẩn", "an", "Đông", "dang", "Zoo", "elan"});
  CHECK(found(firm, "customers", {{"sort", "name"}}) ==
        Names{"Ẩn", "an", "dang", "Đông", "elan", "Zoo"});
}

TEST_CASE("search finds beginnings of words, without accents and đ, in any order") {
  Firm firm;
  add_customers(firm, {"Nguyễn Văn Điện", "Nguyen Dung", "Trần Điện", "Anders"});
  CHECK(found(firm, "customers", {{"q", "nguyen dien"}}) == Names{"Nguyễn Văn Điện"});
  CHECK(found(firm, "customers", {{"q", "ĐIỆ"}}) == Names{"Trần Điện", "Nguyễn Văn Điện"});
  CHECK(walked(firm, "customers", {{"q", "ng"}, {"limit", "1"}}) ==
        Names{"Nguyen Dung", "Nguyễn Văn Điện"});
  CHECK(found(firm, "customers", {{"q", "\"nguyen\" OR *"}}).empty());
  CHECK(found(firm, "customers", {{"q", "ndien"}}).empty());
}

TEST_CASE("search follows changes and the trash") {
  Firm firm;
  const Json made = firm.create("customers", R"({"name": "Alpha"})");
  firm.update("customers", made, R"({"name": "Beta"})");
  CHECK(found(firm, "customers", {{"q", "alpha"}}).empty());
  CHECK(found(firm, "customers", {{"q", "beta"}}) == Names{"Beta"});
  REQUIRE(firm.try_remove("customers", made).ok());
  CHECK(found(firm, "customers", {{"q", "beta"}}).empty());
  CHECK(found(firm, "customers", {{"q", "beta"}, {"trash", "only"}}) == Names{"Beta"});
}

TEST_CASE("each operator finds what it says") {
  Firm firm;
  firm.create(
      "products",
      R"({"sku": "1", "name": "Tea", "price": 100, "category": "drinks", "tags": ["hot"]})");
  firm.create("products",
              R"({"sku": "2", "name": "Café", "price": 200, "category": "drinks",
          "tags": ["hot", "new"]})");
  firm.create("products", R"({"sku": "3", "name": "Cup", "price": "300.5", "track_stock": true})");
  const auto skus = [&](const std::string& name, const std::string& value) {
    return found(firm, "products", {{name, value}, {"sort", "sku"}});
  };
  CHECK(skus("price", "200") == Names{"Café"});
  CHECK(skus("price[ne]", "200") == Names{"Tea", "Cup"});
  CHECK(skus("price[lt]", "200") == Names{"Tea"});
  CHECK(skus("price[lte]", "200") == Names{"Tea", "Café"});
  CHECK(skus("price[gt]", "200") == Names{"Cup"});
  CHECK(skus("price[gte]", "300.5") == Names{"Cup"});
  CHECK(skus("sku[in]", "1,3") == Names{"Tea", "Cup"});
  CHECK(skus("name[like]", "cafe") == Names{"Café"});
  CHECK(skus("name[like]", "%p") == Names{"Cup"});
  CHECK(skus("category[null]", "true") == Names{"Cup"});
  CHECK(skus("category[null]", "false") == Names{"Tea", "Café"});
  CHECK(skus("category[ne]", "drinks") == Names{"Cup"});
  CHECK(skus("tags", "hot") == Names{"Tea", "Café"});
  CHECK(skus("tags[in]", "new,cold") == Names{"Café"});
  CHECK(skus("tags[ne]", "new") == Names{"Tea", "Cup"});
  CHECK(skus("track_stock", "true") == Names{"Cup"});
  CHECK(skus("low_stock", "true") == Names{"Cup"});
}

TEST_CASE("lists are found by reference, by e-mail in any case, and by id") {
  Firm firm;
  const Json acme = firm.create("customers", R"({"name": "Acme", "email": "Info@Acme.example"})");
  firm.create("contacts", R"({"last_name": "A", "customer_id": ")" + text(acme, "id") + R"("})");
  firm.create("contacts", R"({"last_name": "B"})");
  const auto of = firm.list("contacts", {{"customer_id", text(acme, "id")}});
  CHECK(names_of(Firm::json(of->json), "last_name") == Names{"A"});
  CHECK(found(firm, "customers", {{"email", "info@acme.EXAMPLE"}}) == Names{"Acme"});
  CHECK(found(firm, "customers", {{"id[in]", text(acme, "id")}}) == Names{"Acme"});
}

TEST_CASE("fields choose what is shown, expand adds records, count counts") {
  Firm firm;
  const Json acme = firm.create("customers", R"({"name": "Acme"})");
  firm.create("contacts", R"({"last_name": "A", "customer_id": ")" + text(acme, "id") + R"("})");
  const auto page =
      firm.list("contacts", {{"fields", "last_name"}, {"expand", "customer"}, {"count", "exact"}});
  const Json json = Firm::json(page->json);
  CHECK(integer(json, "count") == 1);
  const Json& contact = json.find("data")->array()->front();
  CHECK(contact.object()->size() == 3);  // id, last_name, customer
  CHECK(*contact.find("customer")->find("name")->string() == "Acme");
}

TEST_CASE("unknown names, operators and bad values are all reported together") {
  Firm firm;
  const auto refused = firm.list("customers", {{"nmae", "x"},
                                               {"name[gtt]", "x"},
                                               {"kind[lt]", "person"},
                                               {"sort", "notes"},
                                               {"limit", "0"},
                                               {"created_at[gte]", "yesterday"},
                                               {"cursor", "@@"},
                                               {"fields", "foo"},
                                               {"q", "--"}});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Code::malformed);
  CHECK(faults(refused.error()) ==
        Names{"?nmae:unknown_field", "?name[gtt]:unknown_operator", "?kind[lt]:unknown_operator",
              "?sort:unknown_sort", "?limit:out_of_range", "?created_at[gte]:invalid_time",
              "?q:nothing_to_find", "?cursor:invalid_cursor", "?fields:unknown_field"});
  CHECK(refused.error().fields[0].detail.find("Did you mean \"name\"") != std::string::npos);
}

TEST_CASE("a cursor belongs to its order") {
  Firm firm;
  add_customers(firm, {"a", "b", "c"});
  const auto page = firm.list("customers", {{"limit", "1"}});
  const auto refused =
      firm.list("customers", {{"limit", "1"}, {"sort", "name"}, {"cursor", page->next_cursor}});
  CHECK(faults(refused.error()) == Names{"?cursor:invalid_cursor"});
}

TEST_CASE("every order of every collection is served by an index, first page and later ones") {
  Firm firm;
  const crm::Principal& program = *crm::Principal::program();
  for (const model::Entity* entity : model::entities()) {
    std::vector<std::string> keys = {"created_at", "updated_at", "id"};
    for (const model::Field& field : entity->fields)
      if (field.sort) keys.emplace_back(field.name);
    for (const std::string& key : keys) {
      for (const bool descending : {false, true}) {
        auto query = *crm::parse_list(*entity, {{"sort", (descending ? "-" : "") + key}}, program);
        for (const bool later : {false, true}) {
          if (later) query.after.assign(crm::cursor_size(query), model::Value(std::int64_t{5}));
          const std::string sql = "EXPLAIN QUERY PLAN " + crm::list_sql(program, query);
          const auto plan = firm.database.store().read([&](store::ReadTx& tx) {
            std::string steps;
            store::Statement row = tx.prepare(sql);
            while (row.step()) steps += std::string(row.text(3)) + "\n";
            return Result(steps);
          });
          INFO(entity->collection << " by " << key << "\n" << *plan);
          CHECK(plan->find("TEMP B-TREE") == std::string::npos);
          CHECK((plan->find("SCAN t USING") != std::string::npos ||
                 plan->find("SEARCH t USING") != std::string::npos || key == "id"));
          if (later) CHECK(plan->find("SEARCH t USING") != std::string::npos);
        }
      }
    }
  }
}
