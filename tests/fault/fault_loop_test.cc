// F3, F5, F30: one fault at every call to the disk, one call after the other, until the work is
// done without meeting it. Whatever the call was: what was acknowledged is there, nothing is half
// there, no read tells a wrong answer, the failure is told, and after a failing disk nothing more
// is taken.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch_amalgamated.hpp>
#include <map>
#include <set>

#include "store/failed_starts.h"
#include "support/power_cut_vfs.h"
#include "support/small_store.h"

namespace kontor {
namespace {

using store::Migration;
using store::Migrator;
using store::MigratorOptions;
using store::ReadTx;
using store::Store;
using store::StoreOptions;
using store::WriteTx;
using test::DiskCall;
using test::Fault;
using test::FaultDisk;
using test::ScratchDir;

// Small, so that the work meets several checkpoints.
constexpr std::int64_t k_checkpoint_bytes = 24 * 1024;
constexpr int k_records = 8;

using Amounts = std::map<std::int64_t, std::int64_t>;

// What must be there, and what may be.
struct Model {
  Amounts sure;
  std::map<std::int64_t, std::set<std::int64_t>> possible;  // besides; -1: not there
  int errors = 0;

  void note(std::int64_t id, std::int64_t amount, const Result<void>& answer) {
    if (answer.ok()) {
      sure[id] = amount;
      possible.erase(id);
      return;
    }
    ++errors;
    // A refusal may only say that nothing was written where nothing was.
    if (answer.error().code != Code::commit_unknown) return;
    const auto before = sure.find(id);
    possible[id] = {before == sure.end() ? -1 : before->second, amount};
    sure.erase(id);
  }

  void judge(const Amounts& found) const {
    for (const auto& [id, amount] : found) {
      const auto certain = sure.find(id);
      if (certain != sure.end()) CHECK(amount == certain->second);
      else CHECK((possible.contains(id) && possible.at(id).contains(amount)));
    }
    for (const auto& [id, amount] : sure) CHECK(found.contains(id));
    for (const auto& [id, amounts] : possible) {
      if (!found.contains(id)) CHECK(amounts.contains(-1));
    }
  }
};

Result<Amounts> list(Store& store) {
  return store.read([](ReadTx& tx) -> Result<Amounts> {
    Amounts found;
    auto query = tx.prepare("SELECT id, amount, length(name) FROM things ORDER BY id");
    while (query.step()) {
      found[query.integer(0)] = query.integer(1);
      CHECK(query.integer(2) == 1'500);
    }
    return found;
  });
}

Result<void> create(Store& store, std::int64_t id) {
  return store.write([id](WriteTx& tx) -> Result<void> {
    const std::string name(1'500, 'n');
    tx.prepare("INSERT INTO things (id, name) VALUES (?1, ?2)")
        .with(id, std::string_view(name))
        .run();
    return {};
  });
}

Result<void> update(Store& store, std::int64_t id, std::int64_t amount) {
  return store.write([id, amount](WriteTx& tx) -> Result<void> {
    tx.prepare("UPDATE things SET amount = ?2 WHERE id = ?1").with(id, amount).run();
    return {};
  });
}

void look(Store& store, Model& model) {
  const auto found = list(store);
  if (found.ok()) model.judge(*found);
  else ++model.errors;
}

// One life of a store; every answer goes into the model.
struct Life {
  Model& model;
  std::atomic<int> told = 0;

  template <class Work>
  void write(Store& store, std::int64_t id, std::int64_t amount, Work&& work) {
    const bool stopped = told > 0;
    const Result<void> answer = work();
    model.note(id, amount, answer);
    if (stopped) CHECK_FALSE(answer.ok());
    look(store, model);
  }

  void live(StoreOptions options, const Clock& clock) {
    options.on_io_failure = [this](const Error&) { ++told; };
    auto opened = Store::open(std::move(options), clock);
    if (!opened.ok()) {
      ++model.errors;
      CHECK_FALSE(opened.error().message.empty());
      return;
    }
    Store& store = **opened;
    for (std::int64_t id = 1; id <= k_records; ++id) {
      write(store, id, 0, [&] { return create(store, id); });
    }
    for (std::int64_t id = 1; id <= k_records; id += 2) {
      if (!model.sure.contains(id)) continue;
      write(store, id, id + 100, [&] { return update(store, id, id + 100); });
    }
    store.close();
    CHECK(told <= 1);
  }
};

bool is_whole(Store& store) {
  return store
      .read([](ReadTx& tx) -> Result<bool> {
        auto check = tx.prepare("PRAGMA integrity_check");
        check.step();
        return check.text(0) == "ok";
      })
      .value();
}

// Made once: the loops start thousands of times from the same state.
std::filesystem::path empty_database() {
  static const ScratchDir dir(ScratchDir::memory());
  static const bool made = test::make_small_database(dir, SystemClock()).ok();
  CHECK(made);
  return dir.database();
}

void copy_database(const std::filesystem::path& database, const ScratchDir& dir) {
  std::filesystem::copy_file(database, dir.database());
}

StoreOptions loop_options(const ScratchDir& dir, const FaultDisk& disk) {
  StoreOptions options = test::small_options(dir);
  options.vfs = disk.name();
  options.checkpoint_bytes = k_checkpoint_bytes;
  return options;
}

// A failed write or sync must be told. SQLite does without some others: the statistics that it
// reads for its plans, a lock that it tries again, a file that it cannot remove while it closes.
// And a disk that was full for a moment may have got its room from the reserve or the checkpoint.
bool must_be_told(DiskCall call, Fault fault) {
  return fault != Fault::full && (call == DiskCall::write || call == DiskCall::sync);
}

// False if the work came to its end before call `nth`.
bool strike_once(int nth, Fault fault, bool sticky) {
  const ScratchDir dir(ScratchDir::memory());
  const SystemClock clock;
  copy_database(empty_database(), dir);
  Model model;
  FaultDisk disk("loop");
  Life life{model};
  disk.fail_any(nth, fault, sticky);
  life.live(loop_options(dir, disk), clock);
  const auto struck = disk.struck();
  disk.heal();
  if (!struck) {
    CHECK(model.errors == 0);
    CHECK(model.sure.size() == k_records);
    return false;
  }
  INFO("call " << nth << " of kind " << static_cast<int>(*struck));
  const bool noticed = model.errors > 0 || life.told > 0;
  if (must_be_told(*struck, fault)) CHECK(noticed);
  if (!noticed) CHECK(model.sure.size() == k_records);
  auto again = Store::open(test::small_options(dir), clock);
  REQUIRE(again.ok());
  CHECK((*again)->health().read_only.empty());
  CHECK(is_whole(**again));
  model.judge(list(**again).value());
  CHECK(create(**again, 1'000).ok());
  return true;
}

// The sanitizers look at the code, not at each call, and make every life ten times as long.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int k_stride = 11;
#else
constexpr int k_stride = 1;
#endif

// The number of calls up to which each (or each eleventh) failed.
int strike_all(Fault fault, bool sticky) {
  int nth = 1;
  while (strike_once(nth, fault, sticky)) nth += k_stride;
  return nth;
}

TEST_CASE("F3: EIO at any call to the disk loses no acknowledged write") {
  for (const bool sticky : {false, true}) CHECK(strike_all(Fault::io, sticky) > 200);
}

TEST_CASE("F3: a read or write that breaks off loses no acknowledged write") {
  for (const bool sticky : {false, true}) CHECK(strike_all(Fault::cut_short, sticky) > 50);
}

TEST_CASE("F5: ENOSPC at any call to the disk loses no acknowledged write") {
  for (const bool sticky : {false, true}) CHECK(strike_all(Fault::full, sticky) > 50);
}

// A table that is built anew, a column that moves, an index: what steps of the schema do.
constexpr std::array<Migration, 3> k_steps = {{
    test::k_small_schema[0],
    {2, "rebuild",
     "CREATE TABLE things_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price INTEGER NOT NULL "
     "DEFAULT 0) STRICT; INSERT INTO things_new SELECT id, name, amount * 100 FROM things; "
     "DROP TABLE things; ALTER TABLE things_new RENAME TO things;",
     "CREATE TABLE things_old (id INTEGER PRIMARY KEY, name TEXT NOT NULL, amount INTEGER NOT NULL "
     "DEFAULT 0) STRICT; INSERT INTO things_old SELECT id, name, price / 100 FROM things; "
     "DROP TABLE things; ALTER TABLE things_old RENAME TO things;"},
    {3, "index", "CREATE INDEX things_price ON things (price);", "DROP INDEX things_price;"},
}};

MigratorOptions migration_options(const ScratchDir& dir, const std::string& vfs) {
  return {.database = dir.database(),
          .backups = dir.path() / "backups",
          .migrations = k_steps,
          .program = "test",
          .vfs = vfs};
}

bool make_rows(const ScratchDir& dir) {
  const SystemClock clock;
  copy_database(empty_database(), dir);
  auto store = Store::open(test::small_options(dir), clock).value();
  for (std::int64_t id = 1; id <= k_records; ++id) {
    create(*store, id).value();
    update(*store, id, id).value();
  }
  store->close();
  return true;
}

// At step 1 or at step 3.
std::filesystem::path filled_database(bool at_end) {
  static const ScratchDir first(ScratchDir::memory()), last(ScratchDir::memory());
  static const bool made = make_rows(first) && make_rows(last) &&
                           Migrator::open(migration_options(last, ""), SystemClock())->up().ok();
  CHECK(made);
  return at_end ? last.database() : first.database();
}

// The schema is wholly that of its version, and each row has its value in it.
void check_unmixed(const ScratchDir& dir, const Clock& clock, int lowest, int highest) {
  Migrator migrator = Migrator::open(migration_options(dir, ""), clock).value();
  const int version = migrator.status().value().current;
  CHECK((version >= lowest && version <= highest));
  store::Connection reader({.database = dir.database()});
  CHECK(reader.text("PRAGMA integrity_check") == "ok");
  CHECK(reader.integer("SELECT count(*) FROM things") == k_records);
  const char* sum = version == 1 ? "SELECT sum(amount) FROM things WHERE amount = id"
                                 : "SELECT sum(price) / 100 FROM things WHERE price = id * 100";
  CHECK(reader.integer(sum) == k_records * (k_records + 1) / 2);
  CHECK(reader.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'things_price'") ==
        (version == 3 ? 1 : 0));
  CHECK(reader.integer("SELECT count(*) FROM sqlite_schema WHERE name IN "
                       "('things_new', 'things_old')") == 0);
}

bool strike_migration(int nth, Fault fault, bool sticky, bool up) {
  const ScratchDir dir(ScratchDir::memory());
  const SystemClock clock;
  copy_database(filled_database(!up), dir);
  FaultDisk disk("loop");
  disk.fail_any(nth, fault, sticky);
  const auto run = [&]() -> Result<void> {
    Migrator migrator = TRY(Migrator::open(migration_options(dir, disk.name()), clock));
    if (up) TRY(migrator.up());
    else TRY(migrator.down({.to = 1}));
    return {};
  };
  const Result<void> migrated = run();
  const auto struck = disk.struck();
  disk.heal();
  INFO("call " << nth << " of kind " << (struck ? static_cast<int>(*struck) : -1));
  const int target = up ? 3 : 1;
  if (migrated.ok()) check_unmixed(dir, clock, target, target);
  else check_unmixed(dir, clock, 1, 3);
  if (!struck) CHECK(migrated.ok());
  // What was left must be fit to go on from.
  Migrator::open(migration_options(dir, ""), clock).value().up().value();
  check_unmixed(dir, clock, 3, 3);
  return struck.has_value();
}

int strike_migrations(Fault fault, bool sticky, bool up, int first, int stride) {
  int struck = 0;
  for (int nth = first; strike_migration(nth, fault, sticky, up); nth += stride) ++struck;
  return struck;
}

// In strides, so that the tests of every day stay short and still meet each part of the work.
TEST_CASE("F30: a migration that meets EIO or ENOSPC leaves the old or the new schema") {
  CHECK(strike_migrations(Fault::io, false, true, 1, 13) > 10);
  CHECK(strike_migrations(Fault::full, false, true, 1, 7) > 5);
  CHECK(strike_migrations(Fault::io, true, false, 3, 17) > 10);
}

TEST_CASE("F30: a migration leaves the old or the new schema whichever call fails",
          "[.][torture]") {
  for (const Fault fault : {Fault::io, Fault::full, Fault::cut_short}) {
    for (const bool sticky : {false, true}) {
      CHECK(strike_migrations(fault, sticky, true, 1, 1) > 20);
      CHECK(strike_migrations(fault, sticky, false, 1, 1) > 20);
    }
  }
}

// In a process of its own, which is killed at that call; false: it came to its end before.
bool kill_migration(int nth, bool up) {
  const ScratchDir dir(ScratchDir::memory());
  const SystemClock clock;
  copy_database(filled_database(!up), dir);
  const pid_t child = ::fork();
  if (child == 0) {
    FaultDisk disk("loop");
    disk.fail_any(nth, Fault::kill, false);
    auto migrator = Migrator::open(migration_options(dir, disk.name()), clock);
    if (!migrator.ok()) ::_exit(1);
    ::_exit((up ? migrator->up() : migrator->down({.to = 1})).ok() ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  INFO("killed at call " << nth);
  check_unmixed(dir, clock, 1, 3);
  if (WIFSIGNALED(status)) return true;
  CHECK(WEXITSTATUS(status) == 0);
  return false;
}

TEST_CASE("F30: a migration killed at any moment leaves the old or the new schema") {
  for (const bool up : {true, false}) {
    int kills = 0;
    while (kill_migration(1 + 9 * kills, up)) ++kills;
    CHECK(kills > 20);
  }
}

}  // namespace
}  // namespace kontor
