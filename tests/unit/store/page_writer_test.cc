// Pages of one database come into another that is read meanwhile.
#include "store/page_writer.h"

#include <catch_amalgamated.hpp>
#include <string>

#include "store/page_checksums.h"
#include "store/snapshot.h"
#include "store/sql_failure.h"
#include "support/small_store.h"

namespace kontor::test {
namespace {

struct Change {
  std::string bytes;
  std::map<std::uint32_t, std::string_view> pages;
  store::PageChange as_change() const { return {page_bytes, database_pages, pages}; }
  std::uint32_t page_bytes = 0, database_pages = 0;
};

std::uint32_t number(std::string_view bytes, std::size_t at) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) out = out << 8 | static_cast<unsigned char>(bytes[at + i]);
  return out;
}

// A server whose commits are told page by page, and a standby that began as its copy.
struct Pair {
  SmallStore server;
  ScratchDir dir;
  std::filesystem::path database = dir.database();
  std::unique_ptr<store::PageWriter> writer;

  explicit Pair(bool with_checksums = false)
      : server([](store::StoreOptions& options) { options.tap_log = store::LogTapLimits(); }) {
    add(20, 'a');
    server.store->close();
    if (with_checksums) REQUIRE(store::add_page_checksums(server.dir.database()).value());
    std::filesystem::copy_file(server.dir.database(), database);
    auto options = small_options(server.dir);
    options.tap_log = store::LogTapLimits();
    server.open(std::move(options));
    writer = store::PageWriter::open(database).value();
  }

  void run(std::string_view sql) {
    REQUIRE(server.store
                ->write([&](store::WriteTx& tx) -> Result<void> {
                  tx.prepare(sql).run();
                  return {};
                })
                .ok());
  }
  void add(int count, char letter) {
    for (int i = 0; i < count; ++i)
      REQUIRE(server.add(std::string(900, letter) + std::to_string(i)).ok());
  }

  // All that was committed since the last time.
  Change take() const {
    Change change;
    const store::LogTaken taken = server.store->log_tap()->take();
    REQUIRE(taken.gap.empty());
    for (const auto& piece : taken.pieces) change.bytes += piece.frames;
    for (const auto& piece : taken.pieces)
      change.page_bytes = static_cast<std::uint32_t>(piece.page_bytes);
    for (std::size_t at = 0; at < change.bytes.size(); at += 24 + change.page_bytes) {
      const std::string_view frame = std::string_view(change.bytes).substr(at);
      change.pages[number(frame, 0)] = frame.substr(24, change.page_bytes);
      if (number(frame, 4) != 0) change.database_pages = number(frame, 4);
    }
    return change;
  }

  store::Connection reader() const {
    return store::Connection({.database = database, .role = store::Role::reader});
  }
  std::string names() const { return names_in(database); }
  std::string server_names() const { return names_in(server.dir.database()); }

  static std::string names_in(const std::filesystem::path& file) {
    store::Connection connection({.database = file, .role = store::Role::reader});
    CHECK(connection.text("PRAGMA integrity_check") == "ok");
    return connection.text(
        "SELECT group_concat(name, ',') FROM (SELECT name FROM things ORDER BY id)");
  }
};

TEST_CASE("commits of the server come in page by page; the file grows and shrinks with them") {
  for (const bool with_checksums : {false, true}) {
    Pair pair(with_checksums);
    const auto size = [&] { return pair.reader().integer("PRAGMA page_count"); };
    const auto begun = size();
    pair.add(300, 'b');
    REQUIRE(pair.writer->apply(pair.take().as_change()).ok());
    CHECK(pair.names() == pair.server_names());
    CHECK(size() > begun + 50);

    pair.run("CREATE INDEX things_name ON things (name)");
    pair.run("DELETE FROM things WHERE id > 25");
    REQUIRE(pair.writer->apply(pair.take().as_change()).ok());
    CHECK(pair.names() == pair.server_names());

    // A copy without the holes is smaller, and each page of it another one.
    const std::filesystem::path packed = pair.dir.path() / "packed.db";
    REQUIRE(store::write_snapshot(pair.server.dir.database(), packed, {}, with_checksums).ok());
    const auto became = pair.writer->become(packed);
    INFO((became.ok() ? std::string() : became.error().message));
    REQUIRE(became.ok());
    CHECK(pair.names() == pair.server_names());
    CHECK(size() < begun + 50);
    CHECK(pair.reader().text("SELECT name FROM sqlite_schema WHERE name = 'things_name'") ==
          "things_name");

    pair.writer.reset();  // the log goes into the file
    CHECK(store::has_page_checksums(pair.database) == with_checksums);
    CHECK(pair.names() == pair.server_names());
  }
}

TEST_CASE("who reads keeps the state that he began with, and the next one sees the new one") {
  Pair pair;
  store::Connection reader = pair.reader();
  reader.run_script("BEGIN");
  CHECK(reader.integer("SELECT count(*) FROM things") == 20);
  for (int round = 0; round < 3; ++round) {
    pair.add(50, 'c');
    REQUIRE(pair.writer->apply(pair.take().as_change()).ok());
    CHECK(reader.integer("SELECT count(*) FROM things") == 20);
    CHECK(pair.reader().integer("SELECT count(*) FROM things") == 70 + 50 * round);
  }
  reader.run_script("COMMIT");
  CHECK(reader.integer("SELECT count(*) FROM things") == 170);
}

TEST_CASE("the same pages may come again, and none of another form comes in") {
  Pair pair;
  pair.add(3, 'd');
  const Change change = pair.take();
  REQUIRE(pair.writer->apply(change.as_change()).ok());
  REQUIRE(pair.writer->apply(change.as_change()).ok());
  CHECK(pair.names() == pair.server_names());

  store::PageChange other = change.as_change();
  other.page_bytes = 8192;
  CHECK(pair.writer->apply(other).error().kind == "other_form");
  const Pair stamped(true);
  CHECK(pair.writer->become(stamped.server.dir.database()).error().kind == "other_form");
  CHECK(pair.names() == pair.server_names());
}

TEST_CASE("a store on a standby's database takes no writes and says why") {
  Pair pair;
  store::StoreOptions options = small_options(pair.dir);
  options.standby = "This is a standby.";
  const SystemClock clock;
  const auto store = store::Store::open(std::move(options), clock).value();
  const auto refused = store->write([](store::WriteTx&) -> Result<void> { return {}; });
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == "read_only");
  CHECK(refused.error().message == "This is a standby.");
  CHECK_FALSE(std::filesystem::exists(pair.database.string() + "-running"));

  const auto count = [&] {
    return store
        ->read([](store::ReadTx& tx) -> Result<std::int64_t> {
          auto row = tx.prepare("SELECT count(*) FROM things");
          row.step();
          return row.integer(0);
        })
        .value();
  };
  const auto before = store->generation();
  CHECK(count() == 20);
  pair.add(5, 'e');
  REQUIRE(pair.writer->apply(pair.take().as_change()).ok());
  store->outdate_memory();
  CHECK(count() == 25);
  CHECK(store->generation() != before);
}

TEST_CASE("page 1 tells of the schema") {
  Pair pair;
  pair.run("PRAGMA user_version = 7");
  const Change change = pair.take();
  CHECK(store::schema_of_page(change.pages.at(1)) == 7);
  CHECK(store::schema_of_page("") == -1);
  REQUIRE(pair.writer->apply(change.as_change()).ok());
  CHECK(pair.writer->schema_version().value() == 7);
}

}  // namespace
}  // namespace kontor::test
