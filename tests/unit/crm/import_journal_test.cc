// An import as a record: what it says, and how an interrupted one goes on.
#include "crm/imports/import_journal.h"

#include <thread>

#include "crm/imports/import_runner.h"

#include "unit/crm/importing.h"

using namespace kontor;
using namespace kontor::crm;
using namespace kontor::test;

namespace {

std::vector<ImportRecord> all_imports(Importing& firm) {
  return *firm.database.store().read([](store::ReadTx& tx) {
    return Result(list_imports(tx, *Principal::program(), 100, INT64_MAX));
  });
}

std::string numbered(int rows) {
  std::string file = "ID,Name,Email\n";
  for (int i = 0; i < rows; ++i)
    file += std::to_string(i) + ",N" + std::to_string(i) + (i % 5 == 0 ? ",bad\n" : ",\n");
  return file;
}

}  // namespace

TEST_CASE("an import is kept with its file, its counts and its state") {
  Importing firm;
  ImportOptions options;
  options.file_name = "people.csv";
  const ImportReport report = firm.import("customers", numbered(10), "", options);
  const auto imports = all_imports(firm);
  REQUIRE(imports.size() == 1);
  CHECK(imports[0].id.text() == report.id);
  CHECK(imports[0].collection == "customers");
  CHECK(imports[0].file_name == "people.csv");
  CHECK(imports[0].state == "done");
  CHECK(imports[0].counts.rows == 10);
  CHECK(imports[0].counts.created == 8);
  CHECK(imports[0].counts.failed == 2);
  CHECK(imports[0].finished_at_ms.has_value());
  CHECK(imports[0].sha256.size() == 64);
}

TEST_CASE("an interrupted import goes on where its last batch ended, with the counts of both") {
  Importing firm;
  ImportOptions options;
  options.batch = 4;
  options.is_cancelled = [] { return true; };
  const ImportReport first = firm.import("customers", numbered(20), "", options);
  REQUIRE(first.stopped.has_value());
  CHECK(first.stopped->kind == "interrupted");
  CHECK(first.rows == 4);
  CHECK(firm.count("customers") == 3);
  CHECK(all_imports(firm)[0].state == "stopped");

  options.is_cancelled = {};
  const ImportReport rest = firm.import("customers", numbered(20), "", options);
  CHECK(rest.resumed);
  CHECK(rest.id == first.id);
  CHECK(rest.rows == 20);
  CHECK(rest.created == 16);
  CHECK(rest.failed == 4);
  CHECK(rest.errors.size() == 4);
  // The error file is whole, with what failed before the interruption.
  const std::string errors = firm.errors.str();
  for (const char* row : {",2,", ",7,", ",12,", ",17,"})
    CHECK(errors.find(row) != std::string::npos);
  CHECK(firm.count("customers") == 16);
  REQUIRE(all_imports(firm).size() == 1);
  CHECK(all_imports(firm)[0].state == "done");
}

TEST_CASE("other options, or another file, are another import") {
  Importing firm;
  ImportOptions options;
  options.batch = 4;
  options.is_cancelled = [] { return true; };
  firm.import("customers", numbered(20), "", options);
  options.is_cancelled = {};
  options.mode = ImportMode::update;
  const ImportReport other = firm.import("customers", numbered(20), "", options);
  CHECK_FALSE(other.resumed);
  CHECK(other.rows == 20);
  CHECK(all_imports(firm).size() == 2);
}

TEST_CASE("a duplicate is seen across an interruption") {
  Importing firm;
  ImportOptions options;
  options.batch = 2;
  options.is_cancelled = [] { return true; };
  const std::string file = "ID,Name\n1,A\n2,B\n3,C\n1,D\n";
  firm.import("customers", file, "", options);
  options.is_cancelled = {};
  const ImportReport rest = firm.import("customers", file, "", options);
  CHECK(rest.created == 3);
  REQUIRE(rest.errors.size() == 1);
  CHECK(rest.errors[0].code == "duplicate_key");
}

TEST_CASE("an import whose program was killed is shown as stopped, and goes on") {
  Importing firm;
  ImportOptions options;
  options.batch = 4;
  options.is_cancelled = [] { return true; };
  firm.import("customers", numbered(20), "", options);
  firm.write([&](store::WriteTx& tx) -> Result<bool> {
        tx.prepare("UPDATE imports SET state = 'running'").run();
        return true;
      })
      .value();
  const std::int64_t found = *firm.write([&](store::WriteTx& tx) -> Result<std::int64_t> {
    return stop_abandoned(tx, firm.context());
  });
  CHECK(found == 1);
  CHECK(all_imports(firm)[0].state == "stopped");
  const ImportReport rest = firm.import("customers", numbered(20));
  CHECK(rest.resumed);
  CHECK(rest.rows == 20);
}

TEST_CASE("progress is told after each batch") {
  Importing firm;
  ImportOptions options;
  options.batch = 4;
  std::vector<std::int64_t> rows;
  options.on_progress = [&](const ImportReport& report) { rows.push_back(report.rows); };
  firm.import("customers", numbered(10), "", options);
  CHECK(rows == std::vector<std::int64_t>{4, 8, 10});
}

TEST_CASE(
    "the records of an import have one time; its own record moves on, so that it is not alone") {
  Importing firm;
  const std::int64_t begun_ms = firm.clock.now_ms();
  std::string second;
  ImportOptions options;
  options.batch = 4;
  options.clock = &firm.clock;
  options.on_progress = [&](const ImportReport& report) {
    if (report.rows == 12) {  // long after it began, and right after a batch
      std::istringstream file(numbered(20));
      const ImportOptions again{.file = &file, .batch = 4, .clock = &firm.clock};
      second = import_records(firm.database.store(), firm.records, firm.context(),
                              Firm::entity("customers"), again)
                   .error()
                   .kind;
    }
    firm.clock.advance_ms(limits::import_idle_ms + 1);  // a batch that takes long
  };
  firm.import("customers", numbered(20), "", options);
  CHECK(second == "import_running");
  CHECK(firm.number("SELECT count(DISTINCT updated_at) FROM customers") == 1);
  CHECK(firm.number("SELECT max(updated_at) FROM customers") == begun_ms);
  CHECK(all_imports(firm)[0].updated_at_ms > begun_ms + 4 * limits::import_idle_ms);
  CHECK(*all_imports(firm)[0].finished_at_ms == all_imports(firm)[0].updated_at_ms);
}

TEST_CASE(
    "an import in the background that cannot begin is stopped with its reason, not queued on") {
  Importing firm;
  const auto guarded = firm.write([](store::WriteTx& tx) -> Result<bool> {
    tx.prepare(
          "CREATE TRIGGER no_start BEFORE UPDATE OF state ON imports "
          "WHEN NEW.state = 'running' BEGIN SELECT RAISE(ABORT, 'not now'); END")
        .run();
    return true;
  });
  REQUIRE(guarded.ok());
  ImportRunner runner(firm.database.store(), firm.records, firm.clock, {});
  const auto id = runner.submit(
      {.entity = &Firm::entity("customers"), .content = numbered(3), .context = firm.context()});
  REQUIRE(id.ok());
  while (all_imports(firm)[0].state == "queued") std::this_thread::yield();
  CHECK(all_imports(firm)[0].id == *id);
  CHECK(all_imports(firm)[0].state == "stopped");
  CHECK_FALSE(all_imports(firm)[0].reason.empty());
}
