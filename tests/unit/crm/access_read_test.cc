// What someone sees: own, team, all or nothing, by every way that leads to a record.
#include "base/limits.h"
#include "crm/accounts/teams.h"
#include "crm/dashboard.h"
#include "crm/exports/export_rows.h"
#include "unit/crm/staff.h"

using namespace kontor;
using namespace kontor::test;
using crm::Act;
using crm::Reach;
using Names = std::vector<std::string>;
using Params = std::vector<std::pair<std::string, std::string>>;

namespace {

// One customer of each person, and one that nobody holds.
class ReadScene : public Staff {
 public:
  ReadScene() {
    anns = customer_of(ann, "Anns tea");
    bens = customer_of(ben, "Bens tea");
    cats = customer_of(cat, "Cats tea");
    nobodys = create("customers", R"({"name": "Nobodys tea"})");
  }

  Names seen(Params params = {}) {
    const auto page = list("customers", params);
    if (!page.ok()) FAIL(page.error().message);
    last_page = json(page->json);
    Names names;
    for (const Json& record : *last_page.find("data")->array())
      names.push_back(text(record, "name"));
    std::sort(names.begin(), names.end());
    return names;
  }

  Names exported(crm::ExportFormat format) {
    std::string out;
    const auto done = database.store().read([&](store::ReadTx& tx) -> Result<void> {
      auto rows = TRY(crm::open_rows(tx, *principal, crm::whole_collection(entity("customers")),
                                     {.format = format}));
      while (rows->next(out)) continue;
      return {};
    });
    if (!done.ok()) return {done.error().kind};
    Names names;
    for (const char* name : {"Anns tea", "Bens tea", "Cats tea", "Nobodys tea"})
      if (out.find(name) != std::string::npos) names.emplace_back(name);
    return names;
  }

  Json anns, bens, cats, nobodys;
  Json last_page;
};

struct Sight {
  Reach reach;
  Names customers;
};
const Sight k_anns_sight[] = {
    {Reach::own, {"Anns tea"}},
    {Reach::team, {"Anns tea", "Bens tea"}},
    {Reach::all, {"Anns tea", "Bens tea", "Cats tea", "Nobodys tea"}},
};

bool has(const Names& names, const Json& customer) {
  return std::find(names.begin(), names.end(), text(customer, "name")) != names.end();
}

}  // namespace

TEST_CASE("lists, counts, search and filters show what is within reach, in every order") {
  ReadScene firm;
  for (const auto& [reach, customers] : k_anns_sight) {
    firm.act_as(firm.ann, Staff::reaching(reach));
    for (const Params& params :
         {Params{}, Params{{"sort", "created_at"}}, Params{{"sort", "name"}},
          Params{{"sort", "-id"}}, Params{{"q", "tea"}}, Params{{"q", "tea"}, {"sort", "name"}},
          Params{{"lifecycle", "lead"}}, Params{{"name[like]", "tea"}},
          Params{{"name[like]", "tea"}, {"q", "tea"}}}) {
      Params counted = params;
      counted.emplace_back("count", "exact");
      INFO(crm::name_of(reach) << " " << (params.empty() ? "" : params.front().first));
      CHECK(firm.seen(counted) == customers);
      CHECK(integer(firm.last_page, "count") == static_cast<std::int64_t>(customers.size()));
      CHECK_FALSE(*firm.last_page.find("has_more")->boolean());
    }
  }
}

TEST_CASE("pages of one row each show every visible record once") {
  ReadScene firm;
  for (const auto& [reach, customers] : k_anns_sight) {
    firm.act_as(firm.ann, Staff::reaching(reach));
    for (const char* order : {"created_at", "-created_at", "name", "-updated_at", "id"}) {
      Names walked;
      std::string cursor;
      do {
        Params params = {{"limit", "1"}, {"sort", order}};
        if (!cursor.empty()) params.emplace_back("cursor", cursor);
        for (const std::string& name : firm.seen(params)) walked.push_back(name);
        const Json* next = firm.last_page.find("next_cursor");
        cursor = next->is_null() ? "" : *next->string();
      } while (!cursor.empty() && walked.size() < 9);
      std::sort(walked.begin(), walked.end());
      INFO(crm::name_of(reach) << " by " << order);
      CHECK(walked == customers);
    }
  }
}

TEST_CASE("a record out of reach does not exist; within reach it is read as ever") {
  ReadScene firm;
  for (const auto& [reach, customers] : k_anns_sight) {
    firm.act_as(firm.ann, Staff::reaching(reach));
    for (const Json& customer : {firm.anns, firm.bens, firm.cats, firm.nobodys}) {
      INFO(crm::name_of(reach) << ": " << text(customer, "name"));
      const auto found = firm.try_get("customers", customer);
      CHECK(found.ok() == has(customers, customer));
      CHECK(firm.try_get("customers", customer, "", "name").ok() == has(customers, customer));
      CHECK(firm.sees("customers", customer) == has(customers, customer));
      if (!found.ok()) CHECK(found.error().code == Code::not_found);
    }
  }
}

TEST_CASE("what is not there and what may not be seen are told apart by nobody") {
  ReadScene firm;
  firm.act_as(firm.ann, Staff::reaching(Reach::own));
  const Json nothing = Firm::json(R"({"id": "01890000-0000-7000-8000-000000000000"})");
  const auto unseen = firm.try_get("customers", firm.cats);
  const auto none = firm.try_get("customers", nothing);
  CHECK(unseen.error().code == none.error().code);
  CHECK(unseen.error().message == none.error().message);
  CHECK(unseen.error().kind == none.error().kind);
}

TEST_CASE("who has no team sees only her own; without any right the collection is closed") {
  ReadScene firm;
  firm.act_as(firm.cat, Staff::reaching(Reach::team));
  CHECK(firm.seen() == Names{"Cats tea"});
  firm.act_as(firm.ann, Staff::reaching(Reach::none));
  CHECK(refusal(firm.list("customers", {})) == Code::forbidden);
  CHECK(refusal(firm.try_get("customers", firm.anns)) == Code::forbidden);
  CHECK_FALSE(firm.sees("customers", firm.anns));
  CHECK(firm.exported(crm::ExportFormat::csv) == Names{"forbidden"});
  // Nor does it help to hand over a query that someone else may ask.
  const auto query = *crm::parse_list(Firm::entity("customers"), {}, *crm::Principal::program());
  const auto page = firm.database.store().read(
      [&](store::ReadTx& tx) { return crm::list(tx, *firm.principal, query); });
  CHECK(refusal(page) == Code::forbidden);
}

TEST_CASE("the trash shows what is within reach") {
  ReadScene firm;
  for (const Json& customer : {firm.anns, firm.bens, firm.cats, firm.nobodys})
    REQUIRE(firm.try_remove("customers", customer).ok());
  for (const auto& [reach, customers] : k_anns_sight) {
    firm.act_as(firm.ann, Staff::reaching(reach));
    CHECK(firm.seen({{"trash", "only"}, {"count", "exact"}}) == customers);
    CHECK(integer(firm.last_page, "count") == static_cast<std::int64_t>(customers.size()));
    CHECK(firm.seen({{"trash", "only"}, {"q", "tea"}}) == customers);
    CHECK(firm.try_get("customers", firm.bens).ok() == has(customers, firm.bens));
  }
}

TEST_CASE("an export holds what may be both seen and exported") {
  ReadScene firm;
  for (const auto format : {crm::ExportFormat::csv, crm::ExportFormat::jsonl}) {
    crm::Rights rights = Staff::reaching(Reach::team);
    firm.act_as(firm.ann, rights);
    CHECK(firm.exported(format) == Names{"Anns tea", "Bens tea"});
    rights.set(Firm::entity("customers"), Act::export_rows, Reach::own);
    firm.act_as(firm.ann, rights);
    CHECK(firm.exported(format) == Names{"Anns tea"});
    rights.set(Firm::entity("customers"), Act::export_rows, Reach::all);
    firm.act_as(firm.ann, rights);
    CHECK(firm.exported(format) == Names{"Anns tea", "Bens tea"});
    rights.set(Firm::entity("customers"), Act::export_rows, Reach::none);
    firm.act_as(firm.ann, rights);
    CHECK(firm.exported(format) == Names{"forbidden"});
  }
}

TEST_CASE("a reference out of reach keeps its id and shows nothing, in lists, alone and in files") {
  ReadScene firm;
  const auto contact_of = [&](const Json& customer) {
    return firm.record_of("contacts", firm.ann,
                          R"({"last_name": "Li", "customer_id": ")" + text(customer, "id") + "\"}");
  };
  const Json near = contact_of(firm.anns), far = contact_of(firm.cats);
  firm.act_as(firm.ann, Staff::reaching(Reach::own));
  const Json shown = firm.get("contacts", far, "customer");
  CHECK(text(shown, "customer_id") == text(firm.cats, "id"));
  CHECK(shown.find("customer")->is_null());
  CHECK(text(*firm.get("contacts", near, "customer").find("customer"), "name") == "Anns tea");
  const auto page = firm.list("contacts", {{"expand", "customer"}});
  CHECK(page->json.find("Anns tea") != std::string::npos);
  CHECK(page->json.find("Cats tea") == std::string::npos);
  CHECK(page->json.find(text(firm.cats, "id")) != std::string::npos);

  std::string csv;
  REQUIRE(firm.database.store()
              .read([&](store::ReadTx& tx) -> Result<void> {
                auto rows = TRY(crm::open_rows(
                    tx, *firm.principal, crm::whole_collection(Firm::entity("contacts")), {}));
                while (rows->next(csv)) continue;
                return {};
              })
              .ok());
  CHECK(csv.find("Anns tea") != std::string::npos);
  CHECK(csv.find("Cats tea") == std::string::npos);

  crm::Rights rights = Staff::reaching(Reach::own);
  rights.set(Firm::entity("customers"), Act::read, Reach::none);
  firm.act_as(firm.ann, rights);
  CHECK(firm.get("contacts", near, "customer").find("customer")->is_null());
}

TEST_CASE("a record is its owner's, and while it has none, its maker's") {
  Staff firm;
  firm.act_as(firm.ben, Staff::reaching(Reach::all));
  const Json made = firm.create("customers", R"({"name": "Unassigned"})");
  CHECK(made.find("owner_id")->is_null());
  CHECK(text(made, "created_by") == firm.ben.id.text());
  firm.act_as(firm.ben, Staff::reaching(Reach::own));
  CHECK(firm.sees("customers", made));
  firm.act_as_program();
  firm.update("customers", made, R"({"owner_id": ")" + firm.cat.id.text() + "\"}");
  firm.act_as(firm.ben, Staff::reaching(Reach::own));
  CHECK_FALSE(firm.sees("customers", made));
  firm.act_as(firm.cat, Staff::reaching(Reach::own));
  CHECK(firm.sees("customers", made));
}

TEST_CASE("who shares teams with as many people as may be sees what they have, by every way") {
  ReadScene scene;
  scene.act_as(scene.ann, Staff::reaching(Reach::team));
  auto crowd = std::make_shared<crm::Principal>(*scene.principal);
  for (std::int64_t id = 1000; crowd->peers.size() < limits::team_colleagues; ++id)
    crowd->peers.push_back(id);
  scene.principal = crowd;
  const Names both = {"Anns tea", "Bens tea"};
  CHECK(scene.seen() == both);
  CHECK(scene.seen({{"count", "exact"}, {"sort", "name"}}) == both);
  CHECK(integer(scene.last_page, "count") == 2);
  CHECK(scene.seen({{"q", "tea"}, {"count", "exact"}}) == both);
  CHECK(scene.seen({{"kind", "company"}, {"name[like]", "tea"}}) == both);
  CHECK(scene.exported(crm::ExportFormat::csv) == both);
  const crm::Period period{*parse_date("2026-01-01"), *parse_date("2026-07-01")};
  CHECK(scene.database.store()
            .read([&](store::ReadTx& tx) {
              return crm::dashboard(tx, scene.organisation, *scene.principal, period);
            })
            .ok());
}
