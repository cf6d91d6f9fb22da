// Groups of filters of which one must hold.
#include "crm/access/row_predicate.h"
#include "crm/list_sql.h"
#include "unit/crm/staff.h"

using namespace kontor;
using namespace kontor::test;
using Params = std::vector<std::pair<std::string, std::string>>;
using Names = std::vector<std::string>;

namespace {

struct Shop : Staff {
  Shop() {
    const std::pair<const char*, const char*> all[] = {
        {"Ant", R"("lifecycle": "lead", "tags": ["x"], "address": {"city": "Huế"})"},
        {"Bee", R"("lifecycle": "customer", "email": "bee@example.com")"},
        {"Cow", R"("lifecycle": "former", "address": {"city": "Huế"})"},
        {"Dog", R"("lifecycle": "lead")"}};
    for (const auto& [name, more] : all)
      record_of("customers", name == std::string_view("Dog") ? ben : ann,
                R"({"name": ")" + std::string(name) + "\", " + more + "}");
  }

  // In pages of one, so that each cursor is followed.
  Names find(Params params) {
    params.emplace_back("limit", "1");
    params.emplace_back("sort", "name");
    Names names;
    while (true) {
      const auto page = list("customers", params);
      if (!page.ok()) FAIL(page.error().message);
      const Json json = Firm::json(page->json);
      for (const Json& record : *json.find("data")->array()) names.push_back(text(record, "name"));
      if (page->next_cursor.empty()) return names;
      std::erase_if(params, [](const auto& one) { return one.first == "cursor"; });
      params.emplace_back("cursor", page->next_cursor);
    }
  }

  std::string fault(const Params& params) {
    const auto page = list("customers", params);
    if (page.ok()) return "";
    const FieldError& first = page.error().fields.at(0);
    return first.pointer + ":" + first.code;
  }

  std::string plan(const Params& params) {
    const auto query = crm::parse_list(entity("orders"), params, *principal);
    REQUIRE(query.ok());
    return *database.store().read([&](store::ReadTx& tx) {
      std::string steps;
      store::Statement row = tx.prepare("EXPLAIN QUERY PLAN " + crm::list_sql(*principal, *query));
      while (row.step()) steps += std::string(row.text(3)) + "\n";
      return Result(steps);
    });
  }
};

}  // namespace

TEST_CASE("of a group one filter must hold, of two groups one each, and all that stand alone") {
  Shop shop;
  CHECK(shop.find({{"any[1].lifecycle", "former"}, {"any[1].email[null]", "false"}}) ==
        Names{"Bee", "Cow"});
  CHECK(shop.find({{"any[1].lifecycle[in]", "lead,former"},
                   {"any[1].tags", "x"},
                   {"any[2].address.city[like]", "Huế"},
                   {"any[2].name", "Dog"}}) == Names{"Ant", "Cow", "Dog"});
  CHECK(shop.find({{"any[1].lifecycle", "lead"}, {"any[1].name", "Bee"}, {"name[ne]", "Ant"}}) ==
        Names{"Bee", "Dog"});
  CHECK(shop.find({{"any[5].name", "Ant"}}) == Names{"Ant"});
  CHECK(shop.find({{"q", "bee"}, {"any[1].lifecycle", "lead"}, {"any[1].tags", "x"}}).empty());
}

TEST_CASE("the count of groups is that of the rows") {
  Shop shop;
  const auto page = shop.list(
      "customers",
      {{"any[1].lifecycle", "lead"}, {"any[1].name", "Bee"}, {"count", "exact"}, {"limit", "1"}});
  REQUIRE(page.ok());
  CHECK(page->json.ends_with(R"("count":3})"));
  const auto found =
      shop.list("customers", {{"q", "ant"}, {"any[1].name", "Bee"}, {"count", "exact"}});
  CHECK(found->json.ends_with(R"("count":0})"));
}

TEST_CASE("a group finds nothing beyond what the caller sees") {
  Shop shop;
  shop.act_as(shop.ann, Staff::reaching(crm::Reach::own));
  CHECK(shop.find({{"any[1].lifecycle", "lead"}, {"any[1].name", "Dog"}}) == Names{"Ant"});
}

TEST_CASE("a hidden field is refused in a group as elsewhere") {
  Shop shop;
  crm::Rights rights = Staff::reaching(crm::Reach::all);
  for (const char* name : {"lifecycle", "custom"}) {
    const auto at = model::find_field(Firm::entity("customers"), name);
    rights.set(Firm::entity("customers"), *at, crm::FieldAccess::hidden);
  }
  shop.act_as(shop.ann, rights);
  CHECK(shop.fault({{"any[1].name", "Ant"}, {"any[1].lifecycle", "lead"}}) ==
        "?any[1].lifecycle:hidden_field");
  CHECK(shop.fault({{"any[1].custom.size", "1"}}) == "?any[1].custom.size:hidden_field");
  CHECK(shop.fault({{"custom.size[gt]", "1"}}) == "?custom.size[gt]:hidden_field");
}

TEST_CASE("what is wrong in a group is told by the whole name of the parameter") {
  Shop shop;
  CHECK(shop.fault({{"any[0].name", "x"}}) == "?any[0].name:malformed");
  CHECK(shop.fault({{"any[6].name", "x"}}) == "?any[6].name:malformed");
  CHECK(shop.fault({{"any[12].name", "x"}}) == "?any[12].name:malformed");
  CHECK(shop.fault({{"any[1]name", "x"}}) == "?any[1]name:malformed");
  CHECK(shop.fault({{"any[1]", "x"}}) == "?any[1]:malformed");
  CHECK(shop.fault({{"any[", "x"}}) == "?any[:malformed");
  CHECK(shop.fault({{"any[1].", "x"}}) == "?any[1].:unknown_field");
  CHECK(shop.fault({{"any[1].nmae", "x"}}) == "?any[1].nmae:unknown_field");
  CHECK(shop.fault({{"any[1].sort", "name"}}) == "?any[1].sort:unknown_field");
  CHECK(shop.fault({{"any[1].any[2].name", "x"}}) == "?any[1].any[2].name:unknown_field");
  CHECK(shop.fault({{"any[1].name[gte", "x"}}) == "?any[1].name[gte:malformed");
  CHECK(shop.fault({{"any[1].lifecycle[like]", "x"}}) ==
        "?any[1].lifecycle[like]:unknown_operator");
}

TEST_CASE("filters in groups count among those that there may be") {
  Shop shop;
  Params params;
  for (int i = 0; i < 20; ++i) params.emplace_back(i % 2 ? "any[1].name" : "any[2].name", "Ant");
  CHECK(shop.find(params) == Names{"Ant"});
  params.emplace_back("name", "Ant");
  CHECK(shop.fault(params) == "?:too_many");
}

TEST_CASE("a group never makes more of a table be read than its filters or its order ask for") {
  Shop shop;
  shop.act_as_program();
  const std::string id = shop.ann.id.text();
  // Each arm has an index: only rows that fit are read.
  const std::string both =
      shop.plan({{"any[1].owner_id", id}, {"any[1].customer_id", id}, {"sort", "-created_at"}});
  INFO(both);
  const bool by_order = both.find("SCAN t USING INDEX orders_") != std::string::npos &&
                        both.find("TEMP B-TREE") == std::string::npos;
  const bool by_arms = both.find("MULTI-INDEX OR") != std::string::npos;
  CHECK((by_order || by_arms));
  // One without an index: the newest come first by the index of the order, and nothing is sorted.
  const std::string one =
      shop.plan({{"any[1].status", "draft"}, {"any[1].total[gte]", "1"}, {"sort", "-created_at"}});
  INFO(one);
  CHECK(one.find("TEMP B-TREE") == std::string::npos);
  CHECK(one.find("USING INDEX") != std::string::npos);
}
