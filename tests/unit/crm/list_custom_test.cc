// Filters on custom fields, and the names that there are.
#include "crm/custom_names.h"
#include "unit/crm/staff.h"

using namespace kontor;
using namespace kontor::test;
using Params = std::vector<std::pair<std::string, std::string>>;
using Names = std::vector<std::string>;

namespace {

struct Shop : Staff {
  Shop() {
    add("Ant", R"({"size": 9, "seen": "2026-01-05", "vip": true})");
    add("Bee", R"({"size": "10", "seen": "2026-03-01", "vip": false})");
    add("Cow", R"({"size": "big", "a b.c": "é"})");
    add("Dog", R"({"size": "", "seen": null})");
    add("Elk", "{}");
  }
  void add(const std::string& name, const std::string& custom) {
    record_of("customers", ann, R"({"name": ")" + name + R"(", "custom": )" + custom + "}");
  }
  Names find(Params params) {
    params.emplace_back("sort", "name");
    const auto page = list("customers", params);
    if (!page.ok()) FAIL(page.error().message);
    const Json json = Firm::json(page->json);
    Names names;
    for (const Json& record : *json.find("data")->array()) names.push_back(text(record, "name"));
    return names;
  }
  std::string fault(const Params& params) {
    const auto page = list("customers", params);
    if (page.ok()) return "";
    return page.error().fields.at(0).pointer + ":" + page.error().fields.at(0).code;
  }
  Result<std::vector<crm::CustomName>> names(std::string_view collection = "customers") {
    return database.store().read(
        [&](store::ReadTx& tx) { return crm::custom_names(tx, *principal, entity(collection)); });
  }
};

}  // namespace

TEST_CASE("a number finds numbers, and texts that read as one") {
  Shop shop;
  CHECK(shop.find({{"custom.size", "9"}}) == Names{"Ant"});
  CHECK(shop.find({{"custom.size", "10.0"}}) == Names{"Bee"});
  CHECK(shop.find({{"custom.size[gt]", "9"}}) == Names{"Bee"});
  CHECK(shop.find({{"custom.size[gte]", "9"}}) == Names{"Ant", "Bee"});
  CHECK(shop.find({{"custom.size[lt]", "10"}}) == Names{"Ant"});
  CHECK(shop.find({{"custom.size[lte]", "10"}, {"custom.size[gt]", "-1.5"}}) ==
        Names{"Ant", "Bee"});
  CHECK(shop.find({{"custom.size[in]", "9,big"}}) == Names{"Ant", "Cow"});
}

TEST_CASE("a text is compared as text, such as a day") {
  Shop shop;
  CHECK(shop.find({{"custom.seen[gte]", "2026-02-01"}}) == Names{"Bee"});
  CHECK(shop.find({{"custom.seen[lt]", "2026-02-01"}}) == Names{"Ant"});
  CHECK(shop.find({{"custom.seen[like]", "2026-0"}}) == Names{"Ant", "Bee"});
  CHECK(shop.find({{"custom.size[like]", "BIG"}}) == Names{"Cow"});
  CHECK(shop.find({{"custom.size[like]", "b%g"}}) == Names{"Cow"});
  CHECK(shop.find({{"custom.size[like]", "b%x"}}).empty());
  CHECK(shop.find({{"custom.a b.c", "é"}}) == Names{"Cow"});
}

TEST_CASE("like takes no notice of accents, case and đ, as in fields of every record") {
  Shop shop;
  shop.add("Fox", R"({"town": "Đà Nẵng, Hải Châu"})");
  shop.add("Gnu", R"({"town": "Da Lat"})");
  CHECK(shop.find({{"custom.town[like]", "da nang"}}) == Names{"Fox"});
  CHECK(shop.find({{"custom.town[like]", "ĐÀ"}}) == Names{"Fox", "Gnu"});
  CHECK(shop.find({{"custom.town[like]", "đà%châu"}}) == Names{"Fox"});
  CHECK(shop.find({{"custom.a b.c[like]", "E"}}) == Names{"Cow"});
  CHECK(shop.find({{"custom.town", "đà lạt"}}).empty());  // eq is letter by letter
  for (const char* name : {"custom.town[like]", "name[like]"})
    CHECK(shop.fault({{name, "_-"}}) == "?" + std::string(name) + ":nothing_to_find");
}

TEST_CASE("true and false, empty and not, other than") {
  Shop shop;
  CHECK(shop.find({{"custom.vip", "true"}}) == Names{"Ant"});
  CHECK(shop.find({{"custom.vip", "false"}}) == Names{"Bee"});
  CHECK(shop.find({{"custom.seen[null]", "true"}}) == Names{"Cow", "Dog", "Elk"});
  CHECK(shop.find({{"custom.size[null]", "false"}}) == Names{"Ant", "Bee", "Cow"});
  CHECK(shop.find({{"custom.size[ne]", "9"}}) == Names{"Bee", "Cow", "Dog", "Elk"});
  CHECK(shop.find({{"any[1].custom.vip", "true"}, {"any[1].custom.size", "big"}}) ==
        Names{"Ant", "Cow"});
}

TEST_CASE("names that cannot be asked for are no fields") {
  Shop shop;
  for (const char* name : {"custom", "custom.", "custom.a\"b", "custom.a\\b", "custom.a]b"})
    CHECK(shop.fault({{name, "x"}}) == "?" + std::string(name) + ":unknown_field");
  CHECK(shop.fault({{"custom." + std::string(61, 'a'), "x"}}).ends_with(":unknown_field"));
  CHECK(shop.fault({{"sort", "custom.a\"b"}}) == "?sort:unknown_sort");
  CHECK(shop.fault({{"sort", "custom"}}) == "?sort:unknown_sort");
  CHECK(shop.fault({{"custom.size[big]", "1"}}) == "?custom.size[big]:unknown_operator");
  CHECK(shop.fault({{"custom.size", ""}}) == "?custom.size:required");
  CHECK(shop.find({{"custom.no such name", "x"}}).empty());
  CHECK(shop.find({{"custom.') OR 1 --", "x"}}).empty());
}

TEST_CASE("the names in use are told with the type of their values, the most used first") {
  Shop shop;
  const auto names = *shop.names();
  REQUIRE(names.size() == 4);
  CHECK((names[0].name == "size" && names[0].type == "mixed" && names[0].records == 3));
  CHECK((names[1].name == "seen" && names[1].type == "text" && names[1].records == 2));
  CHECK((names[2].name == "vip" && names[2].type == "boolean"));
  CHECK(names[3].name == "a b.c");
  CHECK(shop.names("products")->empty());
}

TEST_CASE("names of records that one does not see are not told, nor of a hidden field") {
  Shop shop;
  shop.act_as(shop.cat, Staff::reaching(crm::Reach::own));
  CHECK(shop.names()->empty());
  crm::Rights rights = Staff::reaching(crm::Reach::all);
  rights.set(Firm::entity("customers"), *model::find_field(Firm::entity("customers"), "custom"),
             crm::FieldAccess::hidden);
  shop.act_as(shop.ann, rights);
  CHECK(refusal(shop.names()) == Code::forbidden);
}

TEST_CASE("as many values as there may be are looked for, and one more is refused") {
  Shop shop;
  std::string twenty = "0", hundred = "0";
  for (int i = 1; i < 20; ++i) twenty += "," + std::to_string(i);
  for (int i = 1; i < 100; ++i) hundred += "," + std::to_string(i);
  Params params;
  for (int i = 0; i < 8; ++i)
    params.emplace_back("any[1].custom." + std::to_string(i) + "[in]", twenty);
  CHECK(shop.find(params).empty());
  params.emplace_back("any[1].custom.x[in]", twenty);
  CHECK(shop.fault(params) == "?:too_many");
  CHECK(shop.fault({{"custom.size[in]", twenty + ",true"}}) == "?custom.size[in]:out_of_range");

  Params plain(10, {"name[in]", hundred});
  CHECK(shop.find(plain).empty());
  plain.emplace_back("name", "Ant");
  CHECK(shop.fault(plain) == "?:too_many");
}
