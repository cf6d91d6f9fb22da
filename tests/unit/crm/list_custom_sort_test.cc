// The order of lists by custom fields: of whatever types their values are, page by page.
#include <set>

#include "unit/crm/staff.h"

using namespace kontor;
using namespace kontor::test;
using Params = std::vector<std::pair<std::string, std::string>>;
using Names = std::vector<std::string>;

namespace {

struct Shop : Staff {
  void add(const std::string& name, const std::string& custom) { add(ann, name, custom); }
  void add(const Person& holder, const std::string& name, const std::string& custom) {
    record_of("customers", holder, R"({"name": ")" + name + R"(", "custom": )" + custom + "}");
  }

  Json page(const Params& params) {
    const auto made = list("customers", params);
    if (!made.ok()) FAIL(made.error().message);
    return Firm::json(made->json);
  }
  Names names(const Params& params) {
    Names found;
    const Json whole = page(params);
    for (const Json& record : *whole.find("data")->array()) found.push_back(text(record, "name"));
    return found;
  }
  Names sorted(const std::string& sort) { return names({{"sort", sort}}); }

  // By pages of two, from the first to the last.
  Names walked(const std::string& sort, const Params& filters = {}) {
    Names found;
    Params params = filters;
    params.insert(params.end(), {{"sort", sort}, {"limit", "2"}, {"cursor", ""}});
    for (int pages = 0; pages < 20; ++pages) {
      const Json one = page(params);
      for (const Json& record : *one.find("data")->array()) found.push_back(text(record, "name"));
      if (one.find("next_cursor")->string() == nullptr) return found;
      params.back().second = *one.find("next_cursor")->string();
    }
    FAIL("no last page");
    return found;
  }

  std::string fault(const Params& params) {
    const auto made = list("customers", params);
    if (made.ok()) return "";
    return made.error().fields.at(0).pointer + ":" + made.error().fields.at(0).code;
  }

  std::string plan(const Params& params) {
    const auto query = crm::parse_list(entity("customers"), params, *principal);
    REQUIRE(query.ok());
    return *database.store().read([&](store::ReadTx& tx) {
      std::string steps;
      store::Statement row = tx.prepare("EXPLAIN QUERY PLAN " + crm::list_sql(*principal, *query));
      while (row.step()) steps += std::string(row.text(3)) + "\n";
      return Result(steps);
    });
  }
};

// One of each kind of value that a name may have.
struct Mixed : Shop {
  Mixed() {
    add("nine", R"({"x": 9})");
    add("ten as text", R"({"x": "10"})");
    add("minus", R"({"x": -2.5})");
    add("half", R"({"x": 0.5})");
    add("word", R"({"x": "Ăn"})");
    add("later word", R"({"x": "án Đ"})");
    add("empty", R"({"x": ""})");
    add("null", R"({"x": null})");
    add("none", "{}");
  }
};

}  // namespace

TEST_CASE("numbers come in their size, then texts, and what has no value comes last") {
  Mixed shop;
  CHECK(shop.sorted("custom.x") == Names{"minus", "half", "nine", "ten as text", "word",
                                         "later word", "empty", "null", "none"});
  CHECK(shop.sorted("-custom.x") == Names{"later word", "word", "ten as text", "nine", "half",
                                          "minus", "none", "null", "empty"});
}

TEST_CASE("texts are sorted without case and accents, đ as d; days in their order") {
  Shop shop;
  shop.add("1", R"({"town": "Đà Nẵng", "day": "2026-02-01"})");
  shop.add("2", R"({"town": "cần thơ", "day": "2025-12-31"})");
  shop.add("3", R"({"town": "DA LAT", "day": "2026-01-15"})");
  shop.add("4", R"({"town": "Écija", "day": "2026-11-02"})");
  CHECK(shop.sorted("custom.town") == Names{"2", "3", "1", "4"});
  CHECK(shop.sorted("-custom.town") == Names{"4", "1", "3", "2"});
  CHECK(shop.sorted("custom.day") == Names{"2", "3", "1", "4"});
}

TEST_CASE("no is before yes; a choice is a text like another") {
  Shop shop;
  shop.add("yes", R"({"vip": true, "size": "small"})");
  shop.add("no", R"({"vip": false, "size": "large"})");
  shop.add("unsaid", R"({"size": "Medium"})");
  CHECK(shop.sorted("custom.vip") == Names{"no", "yes", "unsaid"});
  CHECK(shop.sorted("-custom.vip") == Names{"yes", "no", "unsaid"});
  CHECK(shop.sorted("custom.size") == Names{"no", "unsaid", "yes"});
}

TEST_CASE("page by page comes what comes at once, every record once") {
  Mixed shop;
  shop.add("nine again", R"({"x": 9.0})");
  shop.add("long", R"({"x": ")" + std::string(300, 'z') + R"(", "y": 1})");
  shop.add("as long", R"({"x": ")" + std::string(150, 'z') + "é" + std::string(150, 'z') + "\"}");
  for (const char* sort : {"custom.x", "-custom.x", "custom.x,-name", "-custom.x,name",
                           "-custom.y,custom.x,-created_at", "name,-custom.x"}) {
    INFO(sort);
    const Names walked = shop.walked(sort);
    CHECK(walked == shop.sorted(sort));
    CHECK(std::set<std::string>(walked.begin(), walked.end()).size() == 12);
  }
  CHECK(shop.walked("custom.x", {{"custom.x[gte]", "0"}, {"name[ne]", "half"}}) ==
        Names{"nine", "nine again", "ten as text"});
}

TEST_CASE("a long text is cut between two letters, so that the cursor can carry it") {
  Shop shop;
  for (const char* letter : {"日", "本"})
    for (int blanks = 0; blanks < 3; ++blanks) {
      std::string text(static_cast<std::size_t>(blanks), 'a');
      for (int i = 0; i < 100; ++i) text += letter;
      shop.add(letter + std::to_string(blanks), R"({"x": ")" + text + "\"}");
    }
  CHECK(shop.walked("custom.x") == shop.sorted("custom.x"));
}

TEST_CASE("a cursor of one order is none of another") {
  Mixed shop;
  const std::string cursor =
      *shop.page({{"sort", "custom.x"}, {"limit", "2"}}).find("next_cursor")->string();
  CHECK(shop.fault({{"sort", "custom.x"}, {"cursor", cursor}}).empty());
  for (const char* other : {"-custom.x", "custom.y", "name", "custom.x,name"})
    CHECK(shop.fault({{"sort", other}, {"cursor", cursor}}) == "?cursor:invalid_cursor");
}

TEST_CASE("one's own records are found by their index and sorted; others stay unseen") {
  Mixed shop;
  shop.add(shop.cat, "hers", R"({"x": 3})");
  shop.act_as(shop.cat, Staff::reaching(crm::Reach::own));
  CHECK(shop.sorted("custom.x") == Names{"hers"});
  const std::string plan = shop.plan({{"sort", "-custom.x"}});
  INFO(plan);
  CHECK(plan.find("USING INDEX customers_holder") != std::string::npos);
  CHECK(plan.find("USE TEMP B-TREE FOR ORDER BY") != std::string::npos);
}

TEST_CASE("custom fields that one may not see are no order either") {
  Mixed shop;
  crm::Rights rights = Staff::reaching(crm::Reach::all);
  rights.set(Firm::entity("customers"), *model::find_field(Firm::entity("customers"), "custom"),
             crm::FieldAccess::hidden);
  shop.act_as(shop.ann, rights);
  CHECK(shop.fault({{"sort", "custom.x"}}).starts_with("?sort:"));
  CHECK(shop.list("customers", {{"sort", "custom.x"}}).error().code == Code::forbidden);
}

TEST_CASE("more records than a page may look at are refused, with the reason") {
  Mixed shop;
  const auto pretend = [&](std::int64_t live) {
    REQUIRE(shop.write([&](store::WriteTx& tx) {
                  tx.prepare("UPDATE stats_records SET live = ? WHERE collection = 'customers'")
                      .with(live)
                      .run();
                  return Result<void>();
                })
                .ok());
  };
  pretend(crm::k_custom_sort_records);
  CHECK(shop.fault({{"sort", "custom.x"}}).empty());
  pretend(crm::k_custom_sort_records + 1);
  CHECK(shop.fault({{"sort", "name,custom.x"}}) == "?sort:too_many");
  CHECK(shop.fault({{"sort", "name"}}).empty());
}
