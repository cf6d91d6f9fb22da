#include "store/migrator.h"

#include <catch_amalgamated.hpp>
#include <fstream>
#include <iterator>

#include "base/sha256.h"
#include "support/scratch_dir.h"

namespace kontor::store {
namespace {

using test::ScratchDir;

const std::array<Migration, 3> k_steps = {{
    {1, "first", "CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT;",
     "-- loses: all of a\nDROP TABLE a;"},
    {2, "fill",
     "INSERT INTO a WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 20000) "
     "SELECT i, i FROM n;",
     "DELETE FROM a;"},
    {3, "rebuild",
     "CREATE TABLE b (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, m INTEGER) STRICT;"
     "INSERT INTO b SELECT id, n, n * 2 FROM a; DROP TABLE a; ALTER TABLE b RENAME TO a;"
     "CREATE INDEX a_m ON a (m);",
     "-- loses: m of a\nDROP INDEX a_m; ALTER TABLE a DROP COLUMN m;"},
}};

struct Fixture {
  ScratchDir dir;
  SystemClock clock;

  MigratorOptions options(std::span<const Migration> steps) const {
    return {.database = dir.database(),
            .backups = dir.path() / "backups",
            .migrations = steps,
            .program = "1.2.3"};
  }
  Migrator open(std::span<const Migration> steps = k_steps) {
    return Migrator::open(options(steps), clock).value();
  }
  std::string digest() const {
    std::ifstream file(dir.database(), std::ios::binary);
    return sha256_hex(std::string(std::istreambuf_iterator<char>(file), {}));
  }
  std::int64_t ask(std::string_view sql) {
    Connection connection({.database = dir.database()});
    return connection.integer(sql);
  }
};

TEST_CASE("a new database takes all steps and notes them") {
  Fixture at;
  Migrator migrator = at.open();
  CHECK(migrator.status()->current == 0);
  CHECK(migrator.plan_up()->size() == 3);
  const auto report = migrator.up();
  REQUIRE(report.ok());
  CHECK(report->version == 3);
  CHECK(report->snapshot.empty());
  const MigrationStatus status = migrator.status().value();
  CHECK(status.current == 3);
  REQUIRE(status.steps.size() == 3);
  CHECK(status.steps[2].name == "rebuild");
  CHECK(status.steps[2].program == "1.2.3");
  CHECK(status.steps[2].applied_at > 0);
  CHECK(migrator.up()->steps.empty());
}

TEST_CASE("before a database with data changes, a snapshot of it is kept") {
  Fixture at;
  REQUIRE(at.open().up({.to = 2}).ok());
  const auto report = at.open().up();
  REQUIRE(report.ok());
  CHECK(report->snapshot.filename() == "pre-2-3.db");
  Connection snapshot({.database = report->snapshot});
  CHECK(snapshot.integer("PRAGMA user_version") == 2);
  CHECK(snapshot.integer("SELECT count(*) FROM a") == 20000);
}

TEST_CASE("a dry run changes nothing") {
  Fixture at;
  REQUIRE(at.open().up({.to = 2}).ok());
  const std::string before = at.digest();
  CHECK(at.open().up({.dry_run = true})->version == 2);
  CHECK(at.digest() == before);
  CHECK(at.open().status()->current == 2);
}

TEST_CASE("a step that fails leaves the schema of the step before it") {
  Fixture at;
  std::array<Migration, 3> steps = k_steps;
  steps[2].up = "DELETE FROM a; CREATE TABLE broken (";
  const auto report = at.open(steps).up();
  CHECK(report.error().kind == "migration_failed");
  CHECK(at.open(steps).status()->current == 2);
  CHECK(at.ask("SELECT count(*) FROM a") == 20000);
}

TEST_CASE("a step that leaves a reference to nothing is taken back") {
  Fixture at;
  std::array<Migration, 3> steps = k_steps;
  steps[2].up = "CREATE TABLE c (a_id INTEGER REFERENCES a (id)); INSERT INTO c VALUES (-1);";
  CHECK(at.open(steps).up().error().kind == "migration_failed");
  CHECK(at.ask("PRAGMA user_version") == 2);
}

TEST_CASE("a step may not end its transaction") {
  Fixture at;
  std::array<Migration, 1> steps = {{{1, "rogue", "CREATE TABLE r (a); COMMIT;", ""}}};
  CHECK(at.open(steps).up().error().kind == "migration_failed");
}

TEST_CASE("a step back that loses data must be allowed to") {
  Fixture at;
  REQUIRE(at.open().up().ok());
  const auto refused = at.open().down();
  CHECK(refused.error().kind == "data_loss");
  CHECK(refused.error().message.find("m of a") != std::string::npos);
  const auto report = at.open().down({.to = 1, .allow_data_loss = true});
  REQUIRE(report.ok());
  CHECK(report->version == 1);
  CHECK(report->snapshot.filename() == "pre-3-1.db");
  CHECK(at.ask("SELECT count(*) FROM a") == 0);
  REQUIRE(at.open().up().ok());
  CHECK(at.ask("SELECT sum(m = 2 * n) FROM a") == 20000);
}

TEST_CASE("a version out of reach is a wrong use") {
  Fixture at;
  REQUIRE(at.open().up({.to = 2}).ok());
  CHECK(at.open().up({.to = 4}).error().code == Code::usage);
  CHECK(at.open().up({.to = 1}).error().code == Code::usage);
  CHECK(at.open().down({.to = 3}).error().code == Code::usage);
}

TEST_CASE("a newer database and a changed history are refused untouched") {
  Fixture at;
  REQUIRE(at.open().up().ok());
  const std::string before = at.digest();
  const auto older_program = std::span<const Migration>(k_steps).first(2);
  CHECK(Migrator::open(at.options(older_program), at.clock).error().code == Code::newer_schema);
  std::array<Migration, 3> changed = k_steps;
  changed[0].up = "CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER) STRICT;";
  CHECK(Migrator::open(at.options(changed), at.clock).error().kind == "history_changed");
  CHECK(at.digest() == before);
}

}  // namespace
}  // namespace kontor::store
