// What every colleague may know of a user.
#include "crm/accounts/people.h"

#include "crm/accounts/teams.h"
#include "unit/crm/people.h"

using namespace kontor;
using namespace kontor::test;

namespace {

struct Office {
  Firm firm;
  Person an = add_person(firm, "Lê Văn An"), bo = add_person(firm, "Bo Nguyễn");
  Person cy = add_person(firm, "");

  Office() {
    const auto done = firm.write([&](store::WriteTx& tx) -> Result<crm::Team> {
      tx.prepare("UPDATE users SET status = 'disabled' WHERE id = ?").with(bo.row_id).run();
      return crm::create_team(tx, firm.context(), firm.ids.next(),
                              Firm::json(R"({"name": "North", "members": [")" + an.id + R"("]})"));
    });
    REQUIRE(done.ok());
  }
  std::vector<crm::Colleague> find(crm::ColleagueQuery query) {
    if (query.limit == 0) query.limit = 10;
    return *firm.database.store().read(
        [&](store::ReadTx& tx) { return Result(crm::find_colleagues(tx, query)); });
  }
  std::vector<std::string> names(crm::ColleagueQuery query) {
    std::vector<std::string> found;
    for (const crm::Colleague& one : find(std::move(query))) found.push_back(one.name);
    return found;
  }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a colleague is found by the beginnings of the words of her name, marks or not") {
  Office office;
  CHECK(office.names({.words = "an"}) == Names{"Lê Văn An"});
  CHECK(office.names({.words = "le an"}) == Names{"Lê Văn An"});
  CHECK(office.names({.words = "nguy"}) == Names{"Bo Nguyễn"});
  CHECK(office.names({.words = "guy"}).empty());
  CHECK(office.names({.words = "firm example"}).empty());  // of her address
}

TEST_CASE("colleagues come in pages, by id, and by whether they may sign in") {
  Office office;
  CHECK(office.names({}) == Names{"Lê Văn An", "Bo Nguyễn", ""});
  CHECK(office.names({.after_row_id = office.an.row_id, .limit = 1}) == Names{"Bo Nguyễn"});
  CHECK(office.names({.ids = {*Uuid::parse(office.bo.id), *Uuid::parse(office.an.id)}}) ==
        Names{"Lê Văn An", "Bo Nguyễn"});
  CHECK(office.names({.active = true}) == Names{"Lê Văn An", ""});
  CHECK(office.names({.active = false}) == Names{"Bo Nguyễn"});
}

TEST_CASE("of a colleague no more is told than her name, her teams and whether she is here") {
  Office office;
  std::string text;
  JsonWriter out(text);
  crm::write_json(out, office.find({}).front());
  CHECK(text == R"({"id":")" + office.an.id +
                    R"(","name":"Lê Văn An","initials":"LA","active":true,"teams":["North"]})");
}

TEST_CASE("initials are the first letters of the first and the last word") {
  CHECK(crm::initials_of("đặng thị Ánh") == "đÁ");
  CHECK(crm::initials_of("bo (the boss)") == "BB");
  CHECK(crm::initials_of("Madonna") == "M");
  CHECK(crm::initials_of("").empty());
  CHECK(crm::initials_of(" - ").empty());
  CHECK(crm::initials_of("\xff\xfe").empty());
}
