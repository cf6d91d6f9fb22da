// The trail, for someone who does not see everything.
#include "base/limits.h"
#include "crm/history.h"
#include "unit/crm/people.h"

using namespace kontor;
using namespace kontor::test;
using crm::Reach;

namespace {

crm::ChangePage changes_for(Firm& firm, const crm::Principal& who, std::int64_t since = 0,
                            int limit = 100, const std::vector<std::string>& topics = {}) {
  return *firm.database.store().read(
      [&](store::ReadTx& tx) { return Result(crm::changes_since(tx, who, since, limit, topics)); });
}

std::vector<std::int64_t> numbers(const crm::ChangePage& page) {
  std::vector<std::int64_t> all;
  for (const crm::Change& change : page.changes) all.push_back(change.seq);
  return all;
}

Result<std::string> history_for(Firm& firm, const crm::Principal& who, const Json& record,
                                std::string_view collection = "customers") {
  return firm.database.store().read([&](store::ReadTx& tx) {
    return crm::history(tx, who, Firm::entity(collection), Firm::id_of(record), 10, INT64_MAX);
  });
}

struct Office {
  Firm firm;
  Person an = add_person(firm, "an"), bo = add_person(firm, "bo");
  Json make(const Person& holder) {
    return firm.create("customers", R"({"name": "C", )" + holder.as_owner() + "}");
  }
};

using Numbers = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("changes are those of records that the caller sees now, in the trash or not") {
  Office office;
  const Json hers = office.make(office.an);
  const Json his = office.make(office.bo);
  REQUIRE(office.firm.try_remove("customers", hers).ok());
  office.firm.update("customers", his, R"({"name": "D"})");
  const crm::Principal an = reader(office.an, Reach::own);
  CHECK(numbers(changes_for(office.firm, an)) == Numbers{1, 3});
  CHECK(numbers(changes_for(office.firm, reader(office.an, Reach::team, {office.bo}))) ==
        Numbers{1, 2, 3, 4});
  CHECK(numbers(changes_for(office.firm, reader(office.an, Reach::all))) == Numbers{1, 2, 3, 4});
  CHECK(numbers(changes_for(office.firm, reader(office.an, Reach::none))) == Numbers{});
  // What is given to her brings its past along; what is given away takes it.
  office.firm.update("customers", his, "{" + office.an.as_owner() + "}");
  CHECK(numbers(changes_for(office.firm, an)) == Numbers{1, 2, 3, 4, 5});
  CHECK(numbers(changes_for(office.firm, reader(office.bo, Reach::own))) == Numbers{});
}

TEST_CASE("a collection without any right has no changes") {
  Office office;
  office.make(office.an);
  office.firm.create("products", R"({"sku": "1", "name": "P"})");
  crm::Principal who = reader(office.an, Reach::all);
  who.rights.set(Firm::entity("customers"), crm::Act::read, Reach::none);
  CHECK(numbers(changes_for(office.firm, who)) == Numbers{2});
  CHECK(numbers(changes_for(office.firm, who, 0, 100, {"customers"})) == Numbers{});
}

TEST_CASE("pages of changes go on behind what was passed over, and end") {
  Office office;
  for (int i = 0; i < 6; ++i) office.make(i % 2 == 0 ? office.an : office.bo);
  const crm::Principal an = reader(office.an, Reach::own);
  const crm::ChangePage first = changes_for(office.firm, an, 0, 2);
  CHECK(numbers(first) == Numbers{1, 3});
  CHECK(first.has_more);
  const crm::ChangePage second = changes_for(office.firm, an, first.next_since, 2);
  CHECK(numbers(second) == Numbers{5});
  CHECK_FALSE(second.has_more);
  CHECK(second.next_since == 6);
  CHECK(changes_for(office.firm, an, second.next_since, 2).next_since == 6);
}

TEST_CASE("one call looks through so many changes and no more") {
  Office office;
  const Json his = office.make(office.bo);
  REQUIRE(office.firm
              .write([&](store::WriteTx& tx) -> Result<void> {
                store::Statement more = tx.prepare(
                    "INSERT INTO changes (at, collection, record_uid, action, version, diff) "
                    "SELECT 1, collection, record_uid, 'update', 1, '{}' FROM changes LIMIT ?");
                for (int i = 0; i < 13; ++i) {
                  more.with(std::int64_t{10'000});
                  more.run();
                }
                return {};
              })
              .ok());
  const Json hers = office.make(office.an);
  const crm::Principal an = reader(office.an, Reach::own);
  const crm::ChangePage first = changes_for(office.firm, an);
  CHECK(numbers(first) == Numbers{});
  CHECK(first.has_more);
  CHECK(first.next_since == limits::changes_looked_at);
  CHECK(changes_for(office.firm, an, first.next_since).changes.size() == 1);
}

TEST_CASE("the history of a record is there for who sees the record") {
  Office office;
  const Json hers = office.make(office.an);
  const Json his = office.make(office.bo);
  const crm::Principal an = reader(office.an, Reach::own);
  CHECK(history_for(office.firm, an, hers).ok());
  const auto refused = history_for(office.firm, an, his);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Code::not_found);
  // The same as of an id that nothing has, and of one of another collection.
  const auto none = history_for(office.firm, an, hers, "orders");
  REQUIRE_FALSE(none.ok());
  CHECK(none.error().code == Code::not_found);
  REQUIRE(office.firm.try_remove("customers", hers).ok());
  CHECK(history_for(office.firm, an, hers).ok());
}

TEST_CASE("hidden fields are in no diff") {
  Office office;
  const Json hers = office.make(office.an);
  office.firm.update("customers", hers, R"({"phone": "123456", "address": {"city": "Hue"}})");
  crm::Principal who = reader(office.an, Reach::own);
  hide(who, "customers", "address.city");
  const std::string shown = *history_for(office.firm, who, hers);
  CHECK(shown.find("123456") != std::string::npos);
  CHECK(shown.find("Hue") == std::string::npos);
  CHECK(shown.find("address.city") == std::string::npos);
  const crm::ChangePage page = changes_for(office.firm, who);
  CHECK(page.changes.back().json.find("Hue") == std::string::npos);
  CHECK(page.changes.back().json.find("123456") != std::string::npos);
}
