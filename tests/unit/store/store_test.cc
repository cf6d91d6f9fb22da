#include "store/store.h"

#include <sqlite3.h>

#include <array>
#include <catch_amalgamated.hpp>
#include <future>
#include <string>
#include <vector>

#include "store/identity.h"
#include "support/small_store.h"

namespace kontor::store {
namespace {

using test::SmallStore;

Error insert_error(SmallStore& small, std::string_view sql) {
  return small.store
      ->write([&](WriteTx& tx) -> Result<void> {
        tx.prepare(sql).run();
        return {};
      })
      .error();
}

TEST_CASE("what was written can be read") {
  SmallStore small;
  REQUIRE(small.add("chair").value() == 1);
  REQUIRE(small.add("table").value() == 2);
  CHECK(small.count() == 2);
}

TEST_CASE("a value is a number, bytes or nothing, as it is stored") {
  SmallStore small;
  const auto read = small.store->read([](ReadTx& tx) -> Result<void> {
    Statement row = tx.prepare("SELECT NULL, -7, 'abc', x'610062', '', x'', 1.5");
    CHECK(row.step());
    CHECK(row.value(0).null);
    CHECK((!row.value(1).null && row.value(1).integer == -7));
    CHECK((!row.value(2).null && row.value(2).text == "abc"));
    CHECK(row.value(3).text == std::string_view("a\0b", 3));
    CHECK((!row.value(4).null && row.value(4).text.empty()));
    CHECK((!row.value(5).null && row.value(5).text.empty()));
    CHECK(row.value(6).text == "1.5");
    return {};
  });
  CHECK(read.ok());
}

TEST_CASE("the store is still there after closing and opening again") {
  SmallStore small;
  REQUIRE(small.add("chair").ok());
  small.store->close();
  small.store->close();
  CHECK(small.add("table").error().code == Code::unavailable);
  small.open(test::small_options(small.dir));
  CHECK(small.count() == 1);
}

TEST_CASE("a job that returns an error leaves nothing behind") {
  SmallStore small;
  const Result<void> refused = small.store->write([](WriteTx& tx) -> Result<void> {
    tx.prepare("INSERT INTO things (name) VALUES ('ghost')").run();
    return Error{.code = Code::forbidden, .message = "no"};
  });
  CHECK(refused.error().code == Code::forbidden);
  CHECK(small.count() == 0);
}

TEST_CASE("a job that throws fails as internal and the store lives on") {
  SmallStore small;
  const Result<void> failed = small.store->write([](WriteTx& tx) -> Result<void> {
    tx.prepare("INSERT INTO things (name) VALUES ('ghost')").run();
    throw std::runtime_error("bug");
  });
  CHECK(failed.error().code == Code::internal);
  CHECK(small.count() == 0);
  CHECK(small.add("chair").ok());
}

TEST_CASE("a value that must be unique names its column") {
  SmallStore small;
  REQUIRE(small.store
              ->write([](WriteTx& tx) -> Result<void> {
                tx.prepare("INSERT INTO owners (email) VALUES ('a@b.c')").run();
                return {};
              })
              .ok());
  const Error error = insert_error(small, "INSERT INTO owners (email) VALUES ('a@b.c')");
  CHECK(error.code == Code::conflict);
  CHECK(error.kind == "unique");
  REQUIRE(error.fields.size() == 1);
  CHECK(error.fields[0].pointer == "/email");
}

TEST_CASE("a unique index on an expression is a conflict too") {
  SmallStore small;
  const Error error =
      insert_error(small, "INSERT INTO things (name, amount) VALUES ('Chair', 77), ('chair', 77)");
  CHECK(error.code == Code::conflict);
  CHECK(error.kind == "unique");
  CHECK(error.message.find("things_lower_name") != std::string::npos);
  CHECK(error.fields.empty());
}

TEST_CASE("a broken rule of the schema is invalid input and names the rule") {
  SmallStore small;
  const Error error = insert_error(small, "INSERT INTO things (name, amount) VALUES ('a', -1)");
  CHECK(error.code == Code::invalid);
  CHECK(error.kind == "check");
  CHECK(error.message.find("amount_not_negative") != std::string::npos);
}

TEST_CASE("a missing or mistyped value names its column") {
  SmallStore small;
  const Error missing = insert_error(small, "INSERT INTO things (name) VALUES (NULL)");
  CHECK(missing.code == Code::invalid);
  CHECK(missing.kind == "required");
  CHECK(missing.fields.at(0).pointer == "/name");
  const Error mistyped = insert_error(small, "INSERT INTO things (name, amount) VALUES ('a', 'b')");
  CHECK(mistyped.code == Code::invalid);
  CHECK(mistyped.fields.at(0).pointer == "/amount");
}

TEST_CASE("a reference to nothing is a conflict") {
  SmallStore small;
  const Error error = insert_error(small, "INSERT INTO things (name, owner_id) VALUES ('a', 9)");
  CHECK(error.code == Code::conflict);
  CHECK(error.kind == "reference");
}

TEST_CASE("a trigger's refusal keeps its sentence") {
  SmallStore small;
  const Error error = insert_error(small, "INSERT INTO things (name) VALUES ('refused')");
  CHECK(error.code == Code::conflict);
  CHECK(error.message == "That name is not taken.");
}

TEST_CASE("a wrong statement is an internal error") {
  SmallStore small;
  CHECK(insert_error(small, "INSERT INTO nothing VALUES (1)").code == Code::internal);
  CHECK(insert_error(small, "SELECT 1; SELECT 2").code == Code::internal);
  CHECK(insert_error(small, "").code == Code::internal);
}

TEST_CASE("a reader cannot write") {
  SmallStore small;
  const Result<void> written = small.store->read([](ReadTx& tx) -> Result<void> {
    tx.prepare("INSERT INTO things (name) VALUES ('ghost')").run();
    return {};
  });
  CHECK_FALSE(written.ok());
  CHECK(small.count() == 0);
}

TEST_CASE("a read sees one moment while others write") {
  SmallStore small;
  REQUIRE(small.add("chair").ok());
  const auto counts = small.store->read([&](ReadTx& tx) -> Result<std::pair<int, int>> {
    auto query = tx.prepare("SELECT count(*) FROM things");
    query.step();
    const int before = static_cast<int>(query.integer(0));
    query.rewind();
    REQUIRE(small.add("table").ok());
    query.step();
    return std::pair(before, static_cast<int>(query.integer(0)));
  });
  CHECK(counts.value() == std::pair(1, 1));
  CHECK(small.count() == 2);
}

TEST_CASE("a read beyond its deadline is interrupted, and the next one works") {
  SmallStore small([](StoreOptions& options) { options.read_ms = 30; });
  const Result<std::int64_t> endless = small.store->read([](ReadTx& tx) -> Result<std::int64_t> {
    auto query = tx.prepare(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n");
    query.step();
    return query.integer(0);
  });
  CHECK(endless.error().code == Code::busy);
  CHECK(endless.error().kind == "deadline");
  CHECK(small.count() == 0);
}

TEST_CASE("a nested step is undone alone") {
  SmallStore small;
  const Result<void> written = small.store->write([](WriteTx& tx) -> Result<void> {
    tx.prepare("INSERT INTO things (name) VALUES ('kept')").run();
    const Result<void> broken = tx.nested([&]() -> Result<void> {
      tx.prepare("INSERT INTO things (name) VALUES ('undone')").run();
      tx.prepare("INSERT INTO things (name, amount) VALUES ('broken', -1)").run();
      return {};
    });
    CHECK(broken.error().kind == "check");
    return {};
  });
  REQUIRE(written.ok());
  CHECK(small.count() == 1);
}

TEST_CASE("what follows a commit happens before the answer, and only if the job holds") {
  SmallStore small;
  int happened = 0;
  const auto job = [&](bool fails) {
    return [&happened, fails](WriteTx& tx) -> Result<void> {
      tx.after_commit([&happened] { ++happened; });
      if (fails) return Error{.code = Code::conflict, .message = "no"};
      return {};
    };
  };
  CHECK_FALSE(small.store->write(job(true)).ok());
  CHECK(happened == 0);
  CHECK(small.store->write(job(false)).ok());
  CHECK(happened == 1);
}

Result<std::int64_t> insert_thing(WriteTx& tx, const std::string& name) {
  tx.prepare("INSERT INTO things (name) VALUES (?)").with(std::string_view(name)).run();
  return tx.last_insert_id();
}

TEST_CASE("writes that nobody waits for are answered after the commit that holds them") {
  SmallStore small;
  std::promise<void> begun, go_on;
  REQUIRE(small.store
              ->write_later(
                  [&](WriteTx&) -> Result<void> {
                    begun.set_value();
                    go_on.get_future().wait();
                    return {};
                  },
                  [](const Result<void>&) {})
              .ok());
  begun.get_future().wait();
  std::vector<std::promise<Result<std::int64_t>>> answers(100);
  for (auto& answer : answers) {
    REQUIRE(small.store
                ->write_later([](WriteTx& tx) { return insert_thing(tx, "chair"); },
                              [&](Result<std::int64_t> row) {
                                answer.set_value(small.count() == 100 ? std::move(row) : 0);
                              })
                .ok());
  }
  CHECK(small.store->health().queued == 100);
  go_on.set_value();
  for (std::size_t at = 0; at < answers.size(); ++at)
    CHECK(answers[at].get_future().get().value() == static_cast<std::int64_t>(at) + 1);
}

TEST_CASE(
    "a job that fails after it has written is undone alone, and the rest of its batch holds") {
  SmallStore small;
  std::promise<void> begun, go_on;
  const auto ignore = [](const Result<void>&) {};
  REQUIRE(small.store
              ->write_later(
                  [&](WriteTx&) -> Result<void> {
                    begun.set_value();
                    go_on.get_future().wait();
                    return {};
                  },
                  ignore)
              .ok());
  begun.get_future().wait();
  std::array<int, 5> runs{}, actions{};
  std::array<Code, 5> codes{};
  std::promise<void> last;
  for (std::size_t at = 0; at < runs.size(); ++at) {
    const auto work = [&, at](WriteTx& tx) -> Result<void> {
      ++runs[at];
      tx.after_commit([&, at] { ++actions[at]; });
      if (at == 1) return Error{.code = Code::forbidden, .message = "before it has written"};
      TRY(insert_thing(tx, "chair"));
      if (at == 3) return Error{.code = Code::conflict, .message = "after it has written"};
      return {};
    };
    const auto done = [&, at](const Result<void>& outcome) {
      codes[at] = outcome.ok() ? Code::stale : outcome.error().code;
      if (at + 1 == runs.size()) last.set_value();
    };
    REQUIRE(small.store->write_later(work, done).ok());
  }
  go_on.set_value();
  last.get_future().wait();
  CHECK(codes ==
        std::array{Code::stale, Code::forbidden, Code::stale, Code::conflict, Code::stale});
  CHECK(actions == std::array{1, 0, 1, 0, 1});
  CHECK(runs == std::array{2, 2, 2, 2, 1});
  CHECK(small.count() == 3);
}

TEST_CASE("a write that nobody waits for fails alone and says why") {
  SmallStore small;
  std::promise<Result<void>> answer;
  REQUIRE(small.store
              ->write_later(
                  [](WriteTx& tx) -> Result<void> {
                    tx.prepare("INSERT INTO things (name) VALUES ('ghost')").run();
                    return Error{.code = Code::forbidden, .message = "no"};
                  },
                  [&](Result<void> outcome) { answer.set_value(std::move(outcome)); })
              .ok());
  CHECK(answer.get_future().get().error().code == Code::forbidden);
  CHECK(small.count() == 0);
}

TEST_CASE("a write that is not taken is refused at once, and closing answers all that were") {
  SmallStore small;
  int answered = 0;
  const auto add = [&] {
    return small.store->write_later([](WriteTx& tx) { return insert_thing(tx, "chair"); },
                                    [&](const Result<std::int64_t>& row) { answered += row.ok(); });
  };
  for (int i = 0; i < 50; ++i) REQUIRE(add().ok());
  small.store->close();
  CHECK(answered == 50);
  CHECK(add().error().code == Code::unavailable);
  CHECK(answered == 50);
}

TEST_CASE("the promise about durability is in force on the writer") {
  SmallStore small;
  const auto setting = [&](std::string_view pragma) {
    return small.store
        ->write([&](WriteTx& tx) -> Result<std::string> {
          auto query = tx.prepare(pragma);
          query.step();
          return std::string(query.text(0));
        })
        .value();
  };
  CHECK(setting("PRAGMA journal_mode") == "wal");
  CHECK(setting("PRAGMA synchronous") == "2");
  CHECK(setting("PRAGMA foreign_keys") == "1");
  CHECK(setting("PRAGMA wal_autocheckpoint") == "0");
  CHECK(setting("PRAGMA secure_delete") == "1");
  CHECK(setting("PRAGMA trusted_schema") == "0");
  CHECK(setting("PRAGMA recursive_triggers") == "1");
}

TEST_CASE("SQLite is one that keeps its commits") {
  CHECK(sqlite3_libversion_number() >= k_oldest_sqlite);
}

TEST_CASE("a snapshot is a whole database of its own") {
  SmallStore small;
  REQUIRE(small.add("chair").ok());
  const auto target = small.dir.path() / "copy.db";
  REQUIRE(small.store->snapshot(target).ok());
  CHECK(small.store->snapshot(target).error().code == Code::conflict);
  REQUIRE(small.add("table").ok());
  StoreOptions options = test::small_options(small.dir);
  options.database = target;
  small.open(options);
  CHECK(small.count() == 1);
}

TEST_CASE("health tells what is in the database") {
  SmallStore small;
  REQUIRE(small.add("chair").ok());
  const StoreHealth health = small.store->health();
  CHECK(health.writable);
  CHECK_FALSE(health.disk_full);
  CHECK(health.database_bytes > 0);
  CHECK(health.disk_free_bytes > 0);
}

}  // namespace
}  // namespace kontor::store
