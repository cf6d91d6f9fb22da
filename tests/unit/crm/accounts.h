// A database with users, for tests of what belongs to accounts.
#pragma once

#include <catch_amalgamated.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/uuid.h"
#include "crm/context.h"
#include "support/database.h"

namespace kontor::test {

class Accounts {
 public:
  template <class Fn>
  auto write(Fn fn) {
    return database_.store().write(fn);
  }
  template <class Fn>
  auto read(Fn fn) {
    return database_.store().read(fn);
  }
  void run(std::string_view sql) {
    write([&](store::WriteTx& tx) -> Result<void> {
      tx.prepare(sql).run();
      return {};
    }).value();
  }
  std::int64_t number(std::string_view sql) {
    return read([&](store::ReadTx& tx) -> Result<std::int64_t> {
             store::Statement row = tx.prepare(sql);
             REQUIRE(row.step());
             return row.integer(0);
           })
        .value();
  }

  crm::Context context() { return {.now_ms = clock.now_ms(), .request_id = "test"}; }

  // An owner's row id.
  std::int64_t add_user(const std::string& email) {
    const Uuid uid = ids_.next();
    return write([&](store::WriteTx& tx) -> Result<std::int64_t> {
             tx.prepare(
                   "INSERT INTO users (uid, email, email_norm, created_at) VALUES (?, ?, ?, 0)")
                 .with(store::Blob{uid.blob()}, std::string_view(email), std::string_view(email))
                 .run();
             const std::int64_t id = tx.last_insert_id();
             tx.prepare("INSERT INTO user_roles (user_id, role) VALUES (?, 'owner')")
                 .with(id)
                 .run();
             return id;
           })
        .value();
  }

  Uuid new_id() { return ids_.next(); }
  store::Store& store() { return database_.store(); }

  FakeClock clock;
  SystemRandom random;

 private:
  Database database_{clock};
  UuidSource ids_{clock, random};
};

}  // namespace kontor::test
