#include "support/database.h"

#include <filesystem>
#include <utility>

#include "crm/search_index.h"
#include "store/migrator.h"

namespace kontor::test {

namespace {

// The empty product: migrated once a process, for all its tests to copy.
class EmptyProduct {
 public:
  EmptyProduct() {
    const FakeClock clock;
    store::MigratorOptions options{
        .database = dir_.database(), .backups = dir_.path() / "backups", .program = "test"};
    store::Migrator migrator = store::Migrator::open(std::move(options), clock).value();
    migrator.up().value();
  }

  void copy_to(const std::filesystem::path& database) const {
    for (const char* part : {"", "-wal"})
      if (std::filesystem::exists(dir_.database().string() + part))
        std::filesystem::copy_file(dir_.database().string() + part, database.string() + part);
  }

 private:
  ScratchDir dir_;
};

}  // namespace

Database::Database(const Clock& clock) {
  static const EmptyProduct empty;
  empty.copy_to(dir_.database());
  store::StoreOptions options{.database = dir_.database(),
                              .ballast_bytes = 0,
                              .before_commit = crm::update_search_index,
                              .synchronous = "OFF"};
  store_ = store::Store::open(std::move(options), clock).value();
}

}  // namespace kontor::test
