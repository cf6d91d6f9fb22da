// Teams: made, renamed, filled and dissolved.
#include "crm/accounts/teams.h"
#include "base/limits.h"

#include "unit/crm/people.h"

using namespace kontor;
using namespace kontor::test;

namespace {

struct Office {
  Firm firm;
  Person an = add_person(firm, "an"), bo = add_person(firm, "bo");

  Result<crm::Team> make(std::string_view body) {
    return firm.write([&](store::WriteTx& tx) {
      return crm::create_team(tx, firm.context(), firm.ids.next(), Firm::json(body));
    });
  }
  Result<crm::Team> change(const crm::Team& team, std::string_view patch,
                           std::optional<std::int64_t> if_version = {}) {
    return firm.write([&](store::WriteTx& tx) {
      return crm::change_team(tx, firm.context(), team.id, Firm::json(patch), if_version);
    });
  }
  std::string both() const {
    return R"({"name": "North", "members": [")" + bo.id + R"(", ")" + an.id + R"("]})";
  }
};

}  // namespace

TEST_CASE("a team has a name and members, and is told with them") {
  Office office;
  const crm::Team team = *office.make(office.both());
  CHECK(team.version == 1);
  CHECK(team.members == std::vector<Uuid>{*Uuid::parse(office.an.id), *Uuid::parse(office.bo.id)});
  const auto all = office.firm.database.store().read(
      [](store::ReadTx& tx) { return Result(crm::list_teams(tx)); });
  REQUIRE(all->size() == 1);
  CHECK(crm::to_json(all->front()) == crm::to_json(team));
}

TEST_CASE("a patch replaces the members, and what changes nothing writes nothing") {
  Office office;
  const crm::Team team = *office.make(office.both());
  const crm::Team smaller = *office.change(team, R"({"members": [")" + office.an.id + R"("]})");
  CHECK(smaller.version == 2);
  CHECK(smaller.name == "North");
  CHECK(smaller.members.size() == 1);
  CHECK(office.change(team, R"({"name": "North"})")->version == 2);
  CHECK(office.change(team, R"({"name": "South"})", 1).error().code == Code::stale);
  CHECK(office.change(team, R"({"name": "South"})", 2)->version == 3);
}

TEST_CASE("what is wrong with a team is told at once") {
  Office office;
  const auto refused = office.make(
      R"({"name": "", "members": ["x", "0198f3a1-7c1e-7cc2-9d52-3f6f4d1a2b3c"], "boss": 1})");
  REQUIRE_FALSE(refused.ok());
  CHECK(faults(refused.error()) ==
        std::vector<std::string>{"/name:required", "/members/0:wrong_type", "/members/1:not_found",
                                 "/boss:unknown_field"});
  CHECK(faults(office.make("{}").error()) == std::vector<std::string>{"/name:required"});
  REQUIRE(office.make(office.both()).ok());
  CHECK(office.make(office.both()).error().kind == "unique");
}

TEST_CASE("nobody shares teams with more people than a statement can ask for") {
  Office office;
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < limits::team_colleagues; ++i)
    ids.push_back(add_person(office.firm, "p" + std::to_string(i)).id);
  const auto body = [&](const std::string& name, std::size_t from, std::size_t to) {
    std::string text = R"({"name": ")" + name + R"(", "members": [)";
    for (std::size_t i = from; i < to; ++i) text += (i == from ? "\"" : ", \"") + ids[i] + "\"";
    return text + "]}";
  };
  ids.push_back(office.an.id);
  CHECK(faults(office.make(body("Too large", 0, ids.size())).error()) ==
        std::vector<std::string>{"/members:too_long"});
  REQUIRE(office.make(body("All", 0, limits::team_colleagues)).ok());
  const auto one_more = office.make(body("With An", limits::team_colleagues - 1, ids.size()));
  REQUIRE_FALSE(one_more.ok());
  CHECK(faults(one_more.error()) == std::vector<std::string>{"/members:too_many"});
  REQUIRE(office.make(body("An alone", limits::team_colleagues, ids.size())).ok());
}

TEST_CASE("a team that is dissolved leaves its members users") {
  Office office;
  const crm::Team team = *office.make(office.both());
  const auto remove = [&] {
    return office.firm.write(
        [&](store::WriteTx& tx) { return crm::remove_team(tx, office.firm.context(), team.id); });
  };
  CHECK(remove().ok());
  CHECK(remove().error().code == Code::not_found);
  CHECK(office.change(team, "{}").error().code == Code::not_found);
  CHECK(office.make(office.both()).ok());
}

TEST_CASE("what becomes of a team stands in the audit trail") {
  Office office;
  const crm::Team team = *office.make(office.both());
  REQUIRE(office.change(team, R"({"name": "South"})").ok());
  REQUIRE(office.firm
              .write([&](store::WriteTx& tx) {
                return crm::remove_team(tx, office.firm.context(), team.id);
              })
              .ok());
  const auto actions = office.firm.database.store().read([](store::ReadTx& tx) {
    std::vector<std::string> all;
    store::Statement row =
        tx.prepare("SELECT action FROM changes WHERE collection = 'teams' ORDER BY seq");
    while (row.step()) all.emplace_back(row.text(0));
    return Result(all);
  });
  CHECK(*actions == std::vector<std::string>{"create", "update", "delete"});
}
