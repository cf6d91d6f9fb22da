// SQL that a person wrote: what runs, what is refused, and that nothing of it gets out of bounds.
#include "store/free_sql.h"

#include <catch_amalgamated.hpp>

#include "support/small_store.h"

namespace kontor::store {
namespace {

struct Told {
  std::vector<std::string> rows;  // values between bars
  std::int64_t changes = 0;
  int statements = 0;

  FreeSqlReader reader() {
    return {.columns = [](const auto&) {},
            .row = [this](std::span<const FreeValue> values) -> Result<void> {
              std::string line;
              for (const FreeValue& value : values)
                line += (line.empty() ? "" : "|") +
                        std::string(value.kind == FreeValue::Kind::null ? "null" : value.bytes);
              rows.push_back(line);
              return {};
            },
            .end =
                [this](std::int64_t count) {
                  changes += count;
                  ++statements;
                }};
  }
};

struct Desk {
  test::SmallStore small;
  Told told;

  Result<void> read(std::string_view sql, std::int64_t limit_ms = 10'000) {
    return small.store->read([&](ReadTx& tx) {
      return run_free_sql(tx, sql, {small.clock, limit_ms}, told.reader());
    });
  }
  Result<void> write(std::string_view sql) {
    return small.store->write([&](WriteTx& tx) {
      return run_free_sql(tx, sql, {small.clock, 10'000}, told.reader());
    });
  }
};

TEST_CASE("statements run one after the other, comments and empty ones between them") {
  Desk desk;
  desk.small.add("tea").value();
  const auto done =
      desk.read("SELECT name, NULL FROM things; -- a remark\n ;; /* */ SELECT 1.5, x'00ff';");
  REQUIRE(done.ok());
  CHECK(desk.told.rows.at(0) == "tea|null");
  CHECK(desk.told.rows.at(1).starts_with("1.5|"));
  CHECK(desk.told.statements == 2);
}

TEST_CASE("a reader changes nothing, whatever it is asked") {
  for (const char* sql :
       {"DELETE FROM things", "INSERT INTO things (name) VALUES ('x')", "DROP TABLE things",
        "CREATE TEMP TABLE t (a)", "VACUUM", "ATTACH ':memory:' AS other", "BEGIN", "COMMIT",
        "SAVEPOINT s", "PRAGMA journal_mode=DELETE", "PRAGMA user_version=7", "REINDEX",
        "WITH x AS (SELECT 1) DELETE FROM things", "SELECT 1; DELETE FROM things"}) {
    Desk desk;
    desk.small.add("tea").value();
    INFO(sql);
    CHECK_FALSE(desk.read(sql).ok());
    CHECK(desk.small.count() == 1);
  }
}

TEST_CASE("a writer changes rows and nothing else, all of it or nothing") {
  Desk desk;
  desk.small.add("tea").value();
  REQUIRE(desk.write("UPDATE things SET amount = 5; SELECT amount FROM things").ok());
  CHECK(desk.told.rows == std::vector<std::string>{"5"});
  CHECK(desk.told.changes == 1);
  for (const char* sql :
       {"COMMIT", "ROLLBACK", "BEGIN", "DROP TABLE things", "ALTER TABLE things ADD COLUMN x",
        "ATTACH ':memory:' AS other", "PRAGMA foreign_keys=OFF",
        "CREATE TRIGGER t AFTER INSERT ON things "
        "BEGIN SELECT 1; END"}) {
    INFO(sql);
    const auto refused = desk.write(sql);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::forbidden);
  }
  CHECK_FALSE(desk.write("DELETE FROM things; SELECT * FROM nowhere").ok());
  CHECK_FALSE(desk.write("DELETE FROM things; COMMIT").ok());
  CHECK(desk.small.count() == 1);
}

TEST_CASE("what SQLite does not understand is the writer's mistake, and is told in its words") {
  Desk desk;
  for (const char* sql :
       {"SELEKT 1", "SELECT * FROM nowhere", "SELECT 'open", "SELECT (", "SELECT 1 SELECT 2"}) {
    INFO(sql);
    const auto refused = desk.read(sql);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::invalid);
    CHECK(refused.error().kind == "bad_sql");
  }
}

TEST_CASE("a statement without an end is interrupted, and the next one works") {
  Desk desk;
  const auto late = desk.read(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", 50);
  REQUIRE_FALSE(late.ok());
  CHECK(desk.read("SELECT 1").ok());
}

TEST_CASE("a reader of rows that has enough ends the statement") {
  Desk desk;
  FreeSqlReader reader = desk.told.reader();
  reader.row = [](std::span<const FreeValue>) -> Result<void> {
    return Error{.code = Code::too_large, .message = "enough"};
  };
  const auto stopped = desk.small.store->read([&](ReadTx& tx) {
    return run_free_sql(tx, "SELECT 1 UNION SELECT 2", {desk.small.clock, 10'000}, reader);
  });
  CHECK(stopped.error().message == "enough");
}

}  // namespace
}  // namespace kontor::store
