// Lists at their edges: odd parameters, odd scripts, tampered cursors, and the plans of the
// filters that people use all day.
#include "crm/cursor.h"
#include "crm/list_sql.h"
#include "unit/crm/firm.h"

using namespace kontor;
using namespace kontor::test;
using Params = std::vector<std::pair<std::string, std::string>>;
using Names = std::vector<std::string>;

namespace {

Names names_in(const Result<crm::Page>& page, std::string_view field = "name") {
  if (!page.ok()) FAIL(page.error().message);
  const Json json = Firm::json(page->json);
  Names names;
  for (const Json& record : *json.find("data")->array()) names.push_back(text(record, field));
  return names;
}

std::string plan_of(Firm& firm, const crm::ListQuery& query) {
  const std::string sql = "EXPLAIN QUERY PLAN " + crm::list_sql(*crm::Principal::program(), query);
  return *firm.database.store().read([&](store::ReadTx& tx) {
    std::string steps;
    store::Statement row = tx.prepare(sql);
    while (row.step()) steps += std::string(row.text(3)) + "\n";
    return Result(steps);
  });
}

}  // namespace

TEST_CASE("search takes words of every script and signs as they stand, and never fails") {
  Firm firm;
  for (const char* name : {"กำไร", "विश्व", "a😀b", "Ω-3", "日本 酒", "مَكْتَب", "x\u00b7y"})
    firm.create("customers", R"({"name": ")" + std::string(name) + R"("})");
  for (const char* name : {"กำ", "วิ", "विश्व", "a😀b", "日本", "مَكْتَب", "😀", "Ω-3", "\u00aa",
                           "a AND b", "NEAR(a b, 2)", "{search_fold}: a", "a* ^b", "\"\"\" a"}) {
    INFO(name);
    CHECK(firm.list("customers", {{"q", name}}).ok());
  }
  CHECK(names_in(firm.list("customers", {{"q", "a😀"}})) == Names{"a😀b"});
  CHECK(names_in(firm.list("customers", {{"q", "विश्"}})) == Names{"विश्व"});
  CHECK(names_in(firm.list("customers", {{"q", "กำ"}})) == Names{"กำไร"});
  CHECK(firm.list("customers", {{"q", std::string(8000, 'a')}}).ok());
  std::string many;
  for (int i = 0; i < 3000; ++i) many += "a ";
  CHECK(firm.list("customers", {{"q", many}}).ok());
}

TEST_CASE("a cursor whose values are of the wrong kind is no cursor of this list") {
  Firm firm;
  for (const char* name : {"a", "b"})
    firm.create("customers", R"({"name": ")" + std::string(name) + R"("})");
  const auto with = [&](std::string_view sort, std::vector<model::Value> values) {
    return firm.list("customers",
                     {{"sort", std::string(sort)}, {"cursor", crm::encode_cursor(sort, values)}});
  };
  using V = model::Value;
  CHECK(with("name", {V("a"), V(std::int64_t{1})}).ok());
  CHECK(faults(with("name", {V(std::int64_t{1}), V(std::int64_t{1})}).error()) ==
        Names{"?cursor:invalid_cursor"});
  CHECK(faults(with("name", {V("a"), V("1")}).error()) == Names{"?cursor:invalid_cursor"});
  CHECK(faults(with("-created_at", {V("now"), V(std::int64_t{1})}).error()) ==
        Names{"?cursor:invalid_cursor"});
  CHECK_FALSE(with("-created_at", {V(std::int64_t{1})}).ok());
}

TEST_CASE("a parameter that can only be one thing is not given twice") {
  Firm firm;
  for (const char* name : {"limit", "cursor", "q", "sort", "fields", "expand", "count", "trash"}) {
    const std::string value = name == std::string("limit")   ? "5"
                              : name == std::string("count") ? "exact"
                              : name == std::string("trash") ? "only"
                              : name == std::string("expand") || name == std::string("cursor")
                                  ? ""
                                  : "name";
    const auto twice = firm.list("customers", {{name, value}, {name, value}});
    REQUIRE_FALSE(twice.ok());
    CHECK(faults(twice.error()) == Names{"?" + std::string(name) + ":duplicate"});
  }
  // Filters may: a range names its field twice, and all of them must hold.
  CHECK(firm.list("customers", {{"name[gte]", "a"}, {"name[gte]", "b"}}).ok());
}

TEST_CASE("operators are written in brackets that close, with a value that says something") {
  Firm firm;
  const auto fault = [&](const std::string& name, const std::string& value) {
    const auto page = firm.list("products", {{name, value}});
    return page.ok() ? "" : faults(page.error()).front();
  };
  CHECK(fault("name[", "x") == "?name[:malformed");
  CHECK(fault("name[]", "x") == "?name[]:unknown_operator");
  CHECK(fault("name[eq][ne]", "x") == "?name[eq][ne]:unknown_operator");
  CHECK(fault("[eq]", "x") == "?[eq]:unknown_field");
  CHECK(fault("name]", "x") == "?name]:unknown_field");
  CHECK(fault("name", "") == "?name:required");
  CHECK(fault("sku[in]", "") == "?sku[in]:out_of_range");
  CHECK(fault("sku[in]", ",, ,") == "?sku[in]:out_of_range");
  CHECK(fault("name[null]", "maybe") == "?name[null]:invalid_boolean");
  CHECK(fault("custom[eq]", "x") == "?custom[eq]:unknown_field");
  CHECK(fault("name[like]", "--") == "?name[like]:nothing_to_find");
  CHECK(fault("name[like]", "%") == "");
  std::string values = "0";
  for (int i = 1; i < 100; ++i) values += "," + std::to_string(i);
  CHECK(fault("sku[in]", values) == "");
  CHECK(fault("sku[in]", values + ",100") == "?sku[in]:out_of_range");
}

TEST_CASE("wildcards are % alone; what else looks like one stands for itself") {
  Firm firm;
  for (const char* sku : {"A_1", "AB1", "A\\\\1"})
    firm.create("products", R"({"sku": ")" + std::string(sku) + R"(", "name": "x"})");
  CHECK(names_in(firm.list("products", {{"sku[like]", "A_1"}}), "sku") == Names{"A_1"});
  CHECK(names_in(firm.list("products", {{"sku[like]", "A\\1"}}), "sku") == Names{"A\\1"});
  CHECK(names_in(firm.list("products", {{"sku[like]", "a%1"}}), "sku").size() == 3);
}

TEST_CASE("other than a record that does not exist are all, those without any too") {
  Firm firm;
  firm.create("contacts", R"({"last_name": "A"})");
  const std::string nobody = "01890000-0000-7000-8000-000000000000";
  CHECK(names_in(firm.list("contacts", {{"customer_id[ne]", nobody}}), "last_name") == Names{"A"});
  CHECK(names_in(firm.list("contacts", {{"customer_id", nobody}}), "last_name").empty());
  CHECK(names_in(firm.list("contacts", {{"customer_id[in]", nobody}}), "last_name").empty());
}

TEST_CASE("an e-mail address of full length can be looked for") {
  Firm firm;
  const std::string mail = std::string(60, 'a') + "@" + std::string(60, 'b') + ".example";
  firm.create("customers", R"({"name": "Long", "email": ")" + mail + R"("})");
  CHECK(names_in(firm.list("customers", {{"email", mail}})) == Names{"Long"});
}

TEST_CASE("the filters of every day read one index, already in the order of the list") {
  Firm firm;
  const std::string id = "01890000-0000-7000-8000-000000000000";
  const std::tuple<const char*, const char*, std::string> filters[] = {
      {"orders", "customer_id", id},          {"orders", "status", "completed"},
      {"orders", "payment_status", "unpaid"}, {"orders", "owner_id", id},
      {"customers", "owner_id", id},          {"customers", "lifecycle", "lead"},
      {"contacts", "customer_id", id},        {"contacts", "owner_id", id},
      {"products", "category", "tea"},        {"products", "low_stock", "true"},
      {"products", "status", "active"},       {"payments", "order_id", id},
      {"payments", "status", "pending"}};
  for (const auto& [collection, name, value] : filters) {
    auto query =
        *crm::parse_list(Firm::entity(collection), {{name, value}}, *crm::Principal::program());
    for (const bool later : {false, true}) {
      if (later) query.after.assign(crm::cursor_size(query), model::Value(std::int64_t{5}));
      const std::string plan = plan_of(firm, query);
      INFO(collection << "?" << name << "\n" << plan);
      CHECK(plan.find("TEMP B-TREE") == std::string::npos);
      CHECK(plan.find("SEARCH t USING") != std::string::npos);
    }
  }
}
