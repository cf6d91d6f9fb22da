// A database of two small tables in a folder of its own, and a store on it.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "store/migration.h"
#include "store/migrator.h"
#include "store/store.h"
#include "support/scratch_dir.h"

namespace kontor::test {

inline constexpr std::array<store::Migration, 1> k_small_schema = {{
    {1, "small",
     "CREATE TABLE owners (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE) STRICT;"
     "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL, amount INTEGER NOT NULL "
     "DEFAULT 0 CONSTRAINT amount_not_negative CHECK (amount >= 0), "
     "owner_id INTEGER REFERENCES owners (id), "
     "twin_id INTEGER REFERENCES owners (id) DEFERRABLE INITIALLY DEFERRED) STRICT;"
     "CREATE UNIQUE INDEX things_lower_name ON things (lower(name)) WHERE amount = 77;"
     "CREATE TRIGGER things_poison BEFORE INSERT ON things WHEN new.name = 'poison' BEGIN "
     "SELECT RAISE(ROLLBACK, 'poisoned'); END;"
     "CREATE TRIGGER things_refused BEFORE INSERT ON things WHEN new.name = 'refused' BEGIN "
     "SELECT RAISE(ABORT, 'That name is not taken.'); END;",
     "-- loses: all owners and things\nDROP TABLE things; DROP TABLE owners;"},
}};

inline store::MigratorOptions small_migrations(const ScratchDir& dir) {
  return {.database = dir.database(),
          .backups = dir.path() / "backups",
          .migrations = k_small_schema,
          .program = "test"};
}

inline Result<void> make_small_database(const ScratchDir& dir, const Clock& clock) {
  store::Migrator migrator = TRY(store::Migrator::open(small_migrations(dir), clock));
  TRY(migrator.up());
  return {};
}

inline store::StoreOptions small_options(const ScratchDir& dir) {
  return {.database = dir.database(), .ballast_bytes = 0, .schema_version = 1};
}

struct SmallStore {
  ScratchDir dir;
  SystemClock clock;
  std::unique_ptr<store::Store> store;

  explicit SmallStore(void (*change)(store::StoreOptions&) = nullptr) {
    make_small_database(dir, clock).value();
    store::StoreOptions options = small_options(dir);
    if (change != nullptr) change(options);
    open(std::move(options));
  }

  void open(store::StoreOptions options) {
    Result<std::unique_ptr<store::Store>> opened = store::Store::open(std::move(options), clock);
    if (!opened.ok()) throw std::runtime_error(opened.error().message);
    store = std::move(opened).value();
  }

  Result<std::int64_t> add(std::string_view name) {
    return store->write([&](store::WriteTx& tx) -> Result<std::int64_t> {
      tx.prepare("INSERT INTO things (name) VALUES (?1)").with(name).run();
      return tx.last_insert_id();
    });
  }

  std::int64_t count() {
    return store
        ->read([](store::ReadTx& tx) -> Result<std::int64_t> {
          auto query = tx.prepare("SELECT count(*) FROM things");
          query.step();
          return query.integer(0);
        })
        .value();
  }
};

}  // namespace kontor::test
