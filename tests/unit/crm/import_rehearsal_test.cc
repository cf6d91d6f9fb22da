// A dry run is the import itself, taken back: the same counts, the same errors.
#include <filesystem>
#include <random>

#include "support/scratch_dir.h"
#include "unit/crm/importing.h"

using namespace kontor;
using namespace kontor::crm;
using namespace kontor::test;

namespace {

// A file as people have them: rows that repeat, clash, lack a name, or have a cell too many.
std::string random_file(std::mt19937& random, int rows) {
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::string file = "ID,Name,Email,City,Contact name\n";
  for (int i = 0; i < rows; ++i) {
    const std::string id = pick(4) == 0 ? "" : std::to_string(pick(rows * 2));
    const std::string name = pick(15) == 0 ? "" : "Firm " + std::to_string(pick(rows));
    const std::string email =
        pick(3) == 0 ? ""
                     : (pick(9) == 0 ? "bad" : "a" + std::to_string(pick(rows)) + "@x.example");
    file += id + "," + name + "," + email + ",C" + std::to_string(pick(9)) +
            (pick(5) == 0 ? ",Eva Lee" : ",") + (pick(30) == 0 ? ",more\n" : "\n");
  }
  return file;
}

std::string plain(const ImportReport& report) {
  ImportReport copy = report;
  copy.id.clear();
  copy.dry_run = false;
  return to_json(copy);
}

}  // namespace

TEST_CASE("a dry run has the counts and the errors of the import, whatever the file") {
  std::mt19937 random(7);
  for (int round = 0; round < 12; ++round) {
    Importing firm;
    ScratchDir scratch;
    firm.import("customers", random_file(random, 30));
    const std::string file = random_file(random, 60);
    ImportOptions options;
    options.scratch = scratch.path();
    options.batch = round % 2 == 0 ? 16 : 500;  // a copy of the database, or a rollback
    options.mode = static_cast<ImportMode>(round % 3);
    options.match_name = round % 4 == 0;
    options.match_domain = round % 5 == 0;
    const std::int64_t before = firm.number("SELECT max(seq) FROM changes");
    options.dry_run = true;
    const ImportReport dry = firm.import("customers", file, "", options);
    const std::string dry_errors = firm.errors.str();
    CHECK(dry.dry_run);
    CHECK(firm.number("SELECT max(seq) FROM changes") == before);
    CHECK(firm.number("SELECT count(*) FROM imports") == 1);
    CHECK(std::filesystem::is_empty(scratch.path()));
    options.dry_run = false;
    const ImportReport real = firm.import("customers", file, "", options);
    INFO(file);
    CHECK(plain(dry) == plain(real));
    CHECK(dry_errors == firm.errors.str());
  }
}

TEST_CASE("a dry run of orders with lines counts as the import does") {
  Importing firm;
  ScratchDir scratch;
  firm.import("customers", "ID,Name\n7,Acme\n");
  std::string file = "OrderID,CustomerID,OrderDate,Product name,Quantity,Price\n";
  for (int i = 0; i < 40; ++i)
    file += std::to_string(i) + (i % 7 == 0 ? ",99" : ",7") + ",2026-01-05,Tea," +
            (i % 5 == 0 ? "0" : "2") + ",3\n,,,Cup,1,4\n";
  ImportOptions options;
  options.batch = 8;
  options.scratch = scratch.path();
  options.dry_run = true;
  const ImportReport dry = firm.import("orders", file, "", options);
  options.dry_run = false;
  const ImportReport real = firm.import("orders", file, "", options);
  CHECK(real.created == 28);
  CHECK(plain(dry) == plain(real));
}

TEST_CASE("a dry run of an import that was interrupted goes on as it would") {
  Importing firm;
  ImportOptions options;
  options.batch = 4;
  options.is_cancelled = [] { return true; };
  const std::string file = "ID,Name\n1,A\n2,B\n3,C\n4,D\n5,E\n6,\n7,G\n8,H\n9,I\n";
  firm.import("customers", file, "", options);
  options.is_cancelled = {};
  options.dry_run = true;
  const ImportReport dry = firm.import("customers", file, "", options);
  options.dry_run = false;
  const ImportReport real = firm.import("customers", file, "", options);
  CHECK(dry.resumed);
  CHECK(plain(dry) == plain(real));
}
