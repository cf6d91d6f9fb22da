// A bit that the disk has changed is an error, not another value.
#include "store/page_checksums.h"

#include <catch_amalgamated.hpp>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "store/page_copy.h"
#include "store/sql_failure.h"
#include "store/start_check.h"
#include "support/small_store.h"

namespace kontor::test {
namespace {

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_bytes(const std::filesystem::path& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

// Every value of every row, or why not.
Result<std::string> everything_in(const std::filesystem::path& database) {
  try {
    store::Connection reader({.database = database, .role = store::Role::reader});
    TRY(store::quick_check(reader));
    return reader.text("SELECT group_concat(name || amount, '|') FROM things");
  } catch (const store::SqlFailure& failure) {
    return store::to_error(failure);
  }
}

void add_many(SmallStore& small, const std::string& name, int count) {
  const auto added = small.store->write([&](store::WriteTx& tx) -> Result<void> {
    for (int i = 0; i < count; ++i)
      tx.prepare("INSERT INTO things (name) VALUES (?1)").with(name + std::to_string(i)).run();
    return {};
  });
  REQUIRE(added.ok());
}

// A closed database of some pages, all in its file.
struct Filled {
  SmallStore small;
  std::filesystem::path database = small.dir.database();

  explicit Filled(bool with_checksums) {
    add_many(small, "a thing with a name of some length, and its number ", 400);
    small.store->close();
    if (with_checksums) REQUIRE(store::add_page_checksums(database).value());
  }
};

TEST_CASE("a database gets checksums once, keeps its rows, and is written with them from then on") {
  Filled filled(false);
  const std::string before = everything_in(filled.database).value();
  CHECK_FALSE(store::has_page_checksums(filled.database));
  CHECK(store::add_page_checksums(filled.database).value());
  CHECK(store::has_page_checksums(filled.database));
  CHECK_FALSE(store::add_page_checksums(filled.database).value());
  CHECK(everything_in(filled.database).value() == before);

  filled.small.open(small_options(filled.small.dir));
  add_many(filled.small, "more ", 300);
  CHECK(filled.small.count() == 700);
  filled.small.store->close();
  const std::string written = bytes_of(filled.database);
  REQUIRE(store::stamp_pages(filled.database).ok());
  CHECK(bytes_of(filled.database) == written);  // SQLite had stamped them all
}

TEST_CASE("each changed bit of a database with checksums is reported; without, some go unseen") {
  for (const bool with_checksums : {true, false}) {
    Filled filled(with_checksums);
    const std::string good = bytes_of(filled.database);
    std::mt19937 chance(3);
    int unseen = 0;
    for (int i = 0; i < 300; ++i) {
      std::string bad = good;
      bad[chance() % bad.size()] ^= static_cast<char>(1U << chance() % 8);
      write_bytes(filled.database, bad);
      if (everything_in(filled.database).ok()) ++unseen;
    }
    CAPTURE(with_checksums, unseen);
    CHECK((unseen == 0) == with_checksums);
  }
}

TEST_CASE("what cannot be believed is told with what to do") {
  Filled filled(true);
  std::string bad = bytes_of(filled.database);
  const std::size_t at = bad.find("its number 77");
  REQUIRE(at != std::string::npos);
  bad[at] ^= 1;
  write_bytes(filled.database, bad);
  filled.small.open(small_options(filled.small.dir));
  const auto read = filled.small.store->read([](store::ReadTx& tx) -> Result<std::int64_t> {
    auto query = tx.prepare("SELECT sum(amount), max(name) FROM things");
    query.step();
    return query.integer(0);
  });
  REQUIRE_FALSE(read.ok());
  CHECK(read.error().kind == "page_checksum");
  CHECK(read.error().hint.find("kontor restore") != std::string::npos);
}

TEST_CASE("a copy page by page has its checksums, also of pages that were in the log only") {
  Filled filled(true);
  filled.small.open(small_options(filled.small.dir));
  add_many(filled.small, "in the log ", 200);
  const auto target = filled.small.dir.path() / "copy.db";
  REQUIRE(store::copy_pages({.database = filled.database, .target = target}).ok());
  CHECK(store::has_page_checksums(target));
  CHECK(everything_in(target).value() == everything_in(filled.database).value());
  const auto snapshot = filled.small.dir.path() / "snapshot.db";
  REQUIRE(filled.small.store->snapshot(snapshot).ok());
  CHECK(store::has_page_checksums(snapshot));
  CHECK(everything_in(snapshot).value() == everything_in(filled.database).value());
}

TEST_CASE("what a killed attempt left is no obstacle, and a database in use is left alone") {
  Filled filled(false);
  write_bytes(filled.database.string() + ".checksums", "half a database");
  CHECK(store::add_page_checksums(filled.database).value());
  CHECK_FALSE(std::filesystem::exists(filled.database.string() + ".checksums"));

  Filled other(false);
  store::Connection reader({.database = other.database, .role = store::Role::reader});
  reader.run_script("BEGIN;");
  CHECK(reader.integer("SELECT count(*) FROM things") == 400);
  store::Connection writer({.database = other.database, .role = store::Role::writer});
  writer.run_script("INSERT INTO things (name) VALUES ('beside')");
  const auto refused = store::add_page_checksums(other.database);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Code::locked);
  CHECK_FALSE(store::has_page_checksums(other.database));
}

TEST_CASE("a file that is no database, or not there, has none") {
  ScratchDir dir;
  CHECK_FALSE(store::has_page_checksums(dir.path() / "none.db"));
  write_bytes(dir.path() / "text.db", std::string(500, 'x'));
  CHECK_FALSE(store::has_page_checksums(dir.path() / "text.db"));
  CHECK(store::stamp_pages(dir.path() / "text.db").ok());
  CHECK(bytes_of(dir.path() / "text.db") == std::string(500, 'x'));
}

}  // namespace
}  // namespace kontor::test
