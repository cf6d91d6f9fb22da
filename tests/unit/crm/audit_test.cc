// The audit trail: what it holds, that it cannot be changed, and that a change made past the
// program is found and named.
#include <catch_amalgamated.hpp>

#include "crm/audit/audit_check.h"
#include "crm/audit/audit_list.h"
#include "crm/audit/audit_log.h"
#include "crm/history.h"
#include "firm.h"

namespace kontor::test {
namespace {

class Audited : public Firm {
 public:
  crm::AuditVerdict verdict() {
    return *database.store().read([](store::ReadTx& tx) { return Result(crm::check_audit(tx)); });
  }
  Result<void> run(const std::string& sql) {
    return write([&](store::WriteTx& tx) -> Result<void> {
      tx.prepare(sql).run();
      return {};
    });
  }
  // Past the triggers, as someone with the file can.
  void tamper(const std::string& sql) {
    REQUIRE(run("DROP TRIGGER IF EXISTS changes_update").ok());
    REQUIRE(run("DROP TRIGGER IF EXISTS changes_delete").ok());
    REQUIRE(run(sql).ok());
  }
  void event(std::string_view collection, std::string_view action, std::string_view detail) {
    REQUIRE(write([&](store::WriteTx& tx) -> Result<void> {
              crm::record_event(tx, context(), collection, Uuid{}, action, detail);
              return {};
            }).ok());
  }
  Json audit(const crm::AuditQuery& query = {}) {
    return json(
        *database.store().read([&](store::ReadTx& tx) { return crm::list_audit(tx, query); }));
  }
  // Five changes of two customers, and an event.
  void live() {
    const Json ann = create("customers", R"({"name": "Ann", "phone": "+1 202 555 0114"})");
    const Json bob = create("customers", R"({"name": "Bob"})");
    update("customers", ann, R"({"name": "Anna"})");
    update("customers", bob, R"({"notes": "calls back"})");
    event("session", "sign_in", R"({"method": "password"})");
    REQUIRE(try_remove("customers", ann).ok());
  }
};

TEST_CASE("every change and every event is a row of one chain", "[audit]") {
  Audited firm;
  CHECK(firm.verdict().rows == 0);
  firm.live();
  const crm::AuditVerdict verdict = firm.verdict();
  CHECK(verdict.rows == 6);
  CHECK(verdict.before == 0);
  CHECK(verdict.bad_seq == 0);
  REQUIRE(verdict.head);
  CHECK(verdict.head->seq == 6);
  CHECK(*firm.database.store().read(
            [](store::ReadTx& tx) { return Result(crm::audit_head(tx)); }) == verdict.head);
}

TEST_CASE("a change of any column of any row is found, and its row named", "[audit]") {
  const auto [sql, what] = GENERATE(table<std::string, std::string>({
      {"at = at - 1", "not the row"},
      {"collection = 'orders'", "not the row"},
      {"record_uid = zeroblob(16)", "not the row"},
      {"action = 'create'", "not the row"},
      {"version = version + 1", "not the row"},
      {"actor_id = (SELECT id FROM users)", "not the row"},
      {"request_id = 'other'", "not the row"},
      {"via = 'token'", "not the row"},
      {"address = '192.0.2.1'", "not the row"},
      {"diff = '{}'", "its content"},
      {"salt = zeroblob(16)", "its content"},
      {"digest = zeroblob(32)", "its content"},
      {"hash = zeroblob(32)", "not the row"},
      {"hash = NULL", "no hash"},
      {"digest = NULL", "no digest"},
      {"salt = NULL", "without the salt"},
      {"salt = NULL, diff = '', digest = zeroblob(32)", "not the row"},
  }));
  Audited firm;
  firm.live();
  REQUIRE(firm.run("INSERT INTO users (uid, email, email_norm, created_at) VALUES "
                   "(randomblob(16), 'a@example.com', 'a@example.com', 0)")
              .ok());
  firm.tamper("UPDATE changes SET " + sql + " WHERE seq = 3");
  const crm::AuditVerdict verdict = firm.verdict();
  INFO(sql);
  CHECK(verdict.bad_seq == 3);
  CHECK_THAT(verdict.what, Catch::Matchers::ContainsSubstring(what));
}

TEST_CASE("rows that are gone, moved or added are found", "[audit]") {
  Audited firm;
  firm.live();
  SECTION("in the middle") {
    firm.tamper("DELETE FROM changes WHERE seq = 3");
    CHECK(firm.verdict().bad_seq == 3);
    CHECK(firm.verdict().what == "it is missing");
  }
  SECTION("at the beginning") {
    firm.tamper("DELETE FROM changes WHERE seq < 3");
    CHECK(firm.verdict().bad_seq == 1);
  }
  SECTION("at the end") {
    firm.tamper("DELETE FROM changes WHERE seq > 4");
    CHECK(firm.verdict().bad_seq == 5);
  }
  SECTION("all of them") {
    const auto head = *firm.verdict().head;
    firm.tamper("DELETE FROM changes");
    CHECK(firm.verdict().bad_seq == 1);
    const auto wrong = *firm.database.store().read(
        [&](store::ReadTx& tx) { return Result(crm::check_head(tx, head)); });
    CHECK(wrong == "row 6 is missing");
  }
  SECTION("exchanged") {
    firm.tamper("UPDATE changes SET seq = -seq WHERE seq IN (3, 4)");
    firm.tamper("UPDATE changes SET seq = 7 + seq WHERE seq IN (-3, -4)");
    CHECK(firm.verdict().bad_seq == 3);
  }
  SECTION("added") {
    REQUIRE(firm.run("INSERT INTO changes (at, collection, record_uid, action, version, diff) "
                     "VALUES (0, 'customers', zeroblob(16), 'update', 2, '{}')")
                .ok());
    CHECK(firm.verdict().bad_seq == 7);
  }
  CHECK(firm.broken_invariants().size() == 1);
}

TEST_CASE("a trail that was written anew as a whole differs from a head kept elsewhere",
          "[audit]") {
  Audited firm, other;
  firm.live();
  other.live();
  const crm::AuditHead kept = *firm.verdict().head;
  const auto differs = [&](Audited& which) {
    return *which.database.store().read(
        [&](store::ReadTx& tx) { return Result(crm::check_head(tx, kept)); });
  };
  firm.live();
  CHECK_FALSE(differs(firm));
  CHECK(other.verdict().bad_seq == 0);
  CHECK_THAT(differs(other).value_or(""), Catch::Matchers::ContainsSubstring("another hash"));
}

TEST_CASE("the trail is append-only; content and salt can go together, and the chain holds",
          "[audit]") {
  Audited firm;
  firm.live();
  for (const char* sql :
       {"DELETE FROM changes WHERE seq = 2", "UPDATE changes SET at = 0 WHERE seq = 2",
        "UPDATE changes SET diff = '{}' WHERE seq = 2",
        "UPDATE changes SET diff = '' WHERE seq = 2",
        "UPDATE changes SET diff = '', salt = NULL, hash = zeroblob(32) WHERE seq = 2",
        "UPDATE changes SET diff = '', salt = NULL, actor_id = 1 WHERE seq = 2",
        "INSERT OR REPLACE INTO changes (seq, at, collection, record_uid, action, version, diff) "
        "VALUES (2, 0, 'customers', zeroblob(16), 'update', 2, '{}')"}) {
    INFO(sql);
    const auto done = firm.run(sql);
    REQUIRE_FALSE(done.ok());
    CHECK_THAT(done.error().message, Catch::Matchers::ContainsSubstring("append-only"));
  }
  REQUIRE(firm.run("UPDATE changes SET diff = '', salt = NULL WHERE seq = 3").ok());
  CHECK(firm.verdict().bad_seq == 0);
  CHECK(firm.verdict().erased == 1);
  CHECK(firm.verdict().rows == 6);
}

TEST_CASE("rows from before the chain stay as they are, and the chain begins behind them",
          "[audit]") {
  Audited firm;
  REQUIRE(firm.run("INSERT INTO changes (seq, at, collection, record_uid, action, version, diff) "
                   "VALUES (41, 0, 'customers', zeroblob(16), 'update', 2, '{}')")
              .ok());
  REQUIRE(firm.run("UPDATE meta SET value = '42' WHERE key = 'audit_begins'").ok());
  firm.live();
  const crm::AuditVerdict verdict = firm.verdict();
  CHECK(verdict.before == 1);
  CHECK(verdict.rows == 6);
  CHECK(verdict.head->seq == 47);
  CHECK(verdict.bad_seq == 0);
}

TEST_CASE("what a job that failed had written is no part of the chain", "[audit]") {
  Audited firm;
  firm.live();
  const auto failed = firm.write([&](store::WriteTx& tx) -> Result<void> {
    crm::record_event(tx, firm.context(), "session", Uuid{}, "sign_in");
    return Error{.code = Code::conflict, .message = "no"};
  });
  REQUIRE_FALSE(failed.ok());
  firm.event("session", "sign_out", "{}");
  CHECK(firm.verdict().rows == 7);
  CHECK(firm.verdict().bad_seq == 0);
}

TEST_CASE("the list tells who did what from where, newest first, and goes on by its cursor",
          "[audit]") {
  Audited firm;
  REQUIRE(firm.run("INSERT INTO users (uid, email, email_norm, name, created_at) VALUES "
                   "(randomblob(16), 'Ann@example.com', 'ann@example.com', 'Ann', 0)")
              .ok());
  firm.live();
  REQUIRE(firm.write([&](store::WriteTx& tx) -> Result<void> {
                auto principal = std::make_shared<crm::Principal>();
                principal->kind = crm::Principal::Kind::token;
                const crm::Context context{.now_ms = firm.clock.now_ms() + 5000,
                                           .request_id = "r1",
                                           .actor_id = 1,
                                           .principal = principal,
                                           .address = "192.0.2.7"};
                crm::record_event(tx, context, "exports", Uuid{}, "customers", R"({"rows": 2})");
                return {};
              })
              .ok());
  const Json first = firm.audit({.limit = 2});
  const JsonArray& rows = *first.find("data")->array();
  REQUIRE(rows.size() == 2);
  CHECK(text(*rows[0].find("actor"), "email") == "Ann@example.com");
  CHECK(text(rows[0], "via") == "token");
  CHECK(text(rows[0], "address") == "192.0.2.7");
  CHECK(to_text(*rows[0].find("detail")) == R"({"rows":2})");
  CHECK(rows[0].find("diff")->is_null());
  CHECK(text(rows[1], "action") == "delete");
  CHECK(text(first, "next_cursor") == "6");
  const auto count = [&](crm::AuditQuery query) {
    return firm.audit(query).find("data")->array()->size();
  };
  CHECK(count({.before_seq = 6}) == 5);
  CHECK(count({.user = "ann@EXAMPLE.com"}) == 1);
  CHECK(count({.user = "program"}) == 6);
  CHECK(count({.collection = "customers"}) == 5);
  CHECK(count({.collection = "session"}) == 1);
  CHECK(count({.action = "update"}) == 2);
  CHECK(count({.since_ms = firm.clock.now_ms() + 1}) == 1);
  CHECK(count({.until_ms = firm.clock.now_ms() + 1}) == 6);
  const auto nobody = firm.database.store().read(
      [&](store::ReadTx& tx) { return crm::list_audit(tx, {.user = "bob@example.com"}); });
  CHECK(nobody.error().kind == "no_such_user");
}

TEST_CASE("events are no changes: neither /changes nor a record's history shows them", "[audit]") {
  Audited firm;
  const Json ann = firm.create("customers", R"({"name": "Ann"})");
  REQUIRE(firm.write([&](store::WriteTx& tx) -> Result<void> {
                crm::record_event(tx, firm.context(), "customers", Firm::id_of(ann), "gdpr_export");
                return {};
              })
              .ok());
  const auto changes = *firm.database.store().read(
      [](store::ReadTx& tx) { return Result(crm::every_change_since(tx, 0, 10, {})); });
  CHECK(changes.size() == 1);
  const auto history = *firm.database.store().read([&](store::ReadTx& tx) {
    return crm::history(tx, *crm::Principal::program(), Firm::entity("customers"), Firm::id_of(ann),
                        10, INT64_MAX);
  });
  CHECK(Firm::json(history).find("data")->array()->size() == 1);
}

}  // namespace
}  // namespace kontor::test
