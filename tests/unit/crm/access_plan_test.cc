// What narrow rights cost: lists of one person or a team stay on an index, and who may see
// everything pays nothing.
#include "crm/access/row_predicate.h"
#include "crm/list_sql.h"
#include "unit/crm/staff.h"

using namespace kontor;
using namespace kontor::test;
using crm::Reach;
using Params = std::vector<std::pair<std::string, std::string>>;

namespace {

class PlanScene : public Staff {
 public:
  std::string plan(std::string_view collection, const Params& params, bool later = false) {
    auto query = *crm::parse_list(entity(collection), params, *principal);
    if (later) query.after.assign(crm::cursor_size(query), model::Value(std::int64_t{5}));
    return plan_of(crm::list_sql(*principal, query));
  }
  std::string count_plan(std::string_view collection, const Params& params) {
    const auto query = *crm::parse_list(entity(collection), params, *principal);
    const auto rows = crm::rows_within(*principal, entity(collection), crm::Act::read);
    return plan_of(crm::count_statement(query, rows).sql);
  }

 private:
  std::string plan_of(const std::string& sql) {
    return *database.store().read([&](store::ReadTx& tx) {
      std::string steps;
      store::Statement row = tx.prepare("EXPLAIN QUERY PLAN " + sql);
      while (row.step()) steps += std::string(row.text(3)) + "\n";
      return Result(steps);
    });
  }
};

bool has(const std::string& plan, std::string_view step) {
  return plan.find(step) != std::string::npos;
}

}  // namespace

TEST_CASE("the newest of one's own are a range of one index, first page and later ones") {
  PlanScene firm;
  firm.act_as(firm.ann, Staff::reaching(Reach::own));
  for (const model::Entity* entity : model::entities()) {
    const std::string collection(entity->collection);
    for (const char* order : {"-created_at", "created_at"}) {
      for (const bool later : {false, true}) {
        const std::string plan = firm.plan(collection, {{"sort", order}}, later);
        INFO(collection << "\n" << plan);
        CHECK(has(plan, "SEARCH t USING INDEX " + collection + "_holder (holder_id=?"));
        CHECK_FALSE(has(plan, "TEMP B-TREE"));
      }
    }
  }
}

TEST_CASE("the newest of a team are merged from a range for each, and only the page is read") {
  PlanScene firm;
  firm.act_as(firm.ann, Staff::reaching(Reach::team));
  for (const model::Entity* entity : model::entities()) {
    const std::string collection(entity->collection);
    for (const char* order : {"-created_at", "created_at"}) {
      for (const bool later : {false, true}) {
        const std::string plan = firm.plan(collection, {{"sort", order}}, later);
        INFO(collection << "\n" << plan);
        const std::string range = "SEARCH t USING INDEX " + collection + "_holder (holder_id=?";
        CHECK(plan.find(range) != plan.rfind(range));  // of Ann and of Ben
        CHECK(has(plan, "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)"));
        CHECK_FALSE(has(plan, "SCAN t"));
      }
    }
  }
}

TEST_CASE("no list, count or search of one's own or a team's scans the table") {
  PlanScene firm;
  const std::string id = "01890000-0000-7000-8000-000000000000";
  const Params parameters[] = {{{"sort", "name"}},
                               {{"sort", "-updated_at"}},
                               {{"sort", "id"}},
                               {{"lifecycle", "lead"}},
                               {{"owner_id", id}},
                               {{"email", "a@example.com"}},
                               {{"name[like]", "tea"}},
                               {{"q", "tea"}},
                               {{"q", "tea"}, {"sort", "name"}},
                               {{"trash", "only"}},
                               {{"notes[null]", "true"}},
                               {{"kind", "person"}, {"sort", "name"}}};
  for (const Reach reach : {Reach::own, Reach::team}) {
    firm.act_as(firm.ann, Staff::reaching(reach));
    for (const Params& params : parameters) {
      for (const bool later : {false, true}) {
        const std::string plan = firm.plan("customers", params, later);
        INFO(crm::name_of(reach) << " " << params.front().first << "\n" << plan);
        const bool is_trash = params.front().first == "trash";
        if (!is_trash) CHECK_FALSE(has(plan, "SCAN t"));
        if (is_trash) CHECK(has(plan, "customers_trash"));
      }
      const std::string plan = firm.count_plan("customers", params);
      INFO("count by " << params.front().first << "\n" << plan);
      CHECK((!has(plan, "SCAN t") || has(plan, "customers_trash")));
    }
  }
}

TEST_CASE("what is known of others who hold much does not lead through their records") {
  PlanScene firm;
  REQUIRE(firm.write([&](store::WriteTx& tx) {
                tx.prepare("ANALYZE").run();
                tx.prepare("DELETE FROM sqlite_stat1 WHERE tbl = 'customers'").run();
                tx.prepare(
                      "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES "
                      "('customers', 'customers_holder', '1000000 500000 1 1'), "
                      "('customers', 'customers_name', '1000000 1 1'), "
                      "('customers', 'customers_updated', '1000000 1 1')")
                    .run();
                tx.prepare("ANALYZE sqlite_schema").run();
                return Result<void>();
              })
              .ok());
  for (const Reach reach : {Reach::own, Reach::team}) {
    firm.act_as(firm.ann, Staff::reaching(reach));
    for (const char* order : {"name", "-updated_at", "id", "-created_at"}) {
      const std::string plan = firm.plan("customers", {{"sort", order}});
      INFO(crm::name_of(reach) << " by " << order << "\n" << plan);
      CHECK(has(plan, "USING INDEX customers_holder (holder_id=?"));
      CHECK_FALSE(has(plan, "SCAN t"));
    }
  }
}

TEST_CASE("the number of one's own is counted by the index of holders") {
  PlanScene firm;
  for (const Reach reach : {Reach::own, Reach::team}) {
    firm.act_as(firm.ann, Staff::reaching(reach));
    CHECK(has(firm.count_plan("customers", {}), "USING INDEX customers_holder (holder_id=?)"));
  }
}

TEST_CASE("who sees every record asks what was asked before there were rights") {
  PlanScene firm;
  const Params parameters[] = {{}, {{"sort", "name"}}, {{"q", "tea"}}, {{"lifecycle", "lead"}}};
  for (const Params& params : parameters) {
    firm.act_as(firm.ann, Staff::reaching(Reach::all));
    const auto query = *crm::parse_list(Firm::entity("customers"), params, *firm.principal);
    const std::string of_ann = crm::list_sql(*firm.principal, query);
    CHECK(of_ann == crm::list_sql(*crm::Principal::program(), query));
    CHECK_FALSE(has(of_ann, "holder_id"));
  }
}

TEST_CASE("a team beyond what one statement merges is listed all the same") {
  PlanScene firm;
  firm.customer_of(firm.ben, "Ben");
  firm.act_as(firm.ann, Staff::reaching(Reach::team));
  auto large = std::make_shared<crm::Principal>(*firm.principal);
  for (std::int64_t id = 100; id < 160; ++id) large->peers.push_back(id);
  firm.principal = large;
  CHECK_FALSE(has(firm.plan("customers", {}), "SCAN t"));
  CHECK(firm.list("customers", {})->json.find("Ben") != std::string::npos);
}
