// A person is forgotten: nothing that she is known by is left in any table, documents keep their
// amounts, and the audit trail still holds.
#include "crm/audit/erasure.h"

#include <catch_amalgamated.hpp>

#include "crm/audit/audit_check.h"
#include "crm/exports/personal_export.h"
#include "crm/search_index.h"
#include "firm.h"

namespace kontor::test {
namespace {

class Forgetting : public Firm {
 public:
  Json ann, bob, contact, order, payment;

  Forgetting() {
    ann = create("customers", R"({"name": "Annabel Quince", "email": "ann@quince.example",
        "phone": "+1 202 555 0114", "notes": "likes Zinfandel", "tax_id": "QX-4711",
        "address": {"street": "Elm Street 9", "city": "Springfield"}, "tags": ["quincetag"],
        "custom": {"shoe": "quinceshoe"}})");
    bob = create("customers", R"({"name": "Bob Stays", "email": "bob@stays.example"})");
    ann =
        update("customers", ann, R"({"name": "Annabelle Quince", "email": "new@quince.example"})");
    contact = create("contacts", R"({"customer_id": ")" + text(ann, "id") +
                                     R"(", "first_name": "Cuthbert", "last_name": "Quincey",
        "email": "cuthbert@quince.example"})");
    order = create("orders", R"({"customer_id": ")" + text(ann, "id") +
                                 R"(", "notes": "for Quince's birthday",
        "lines": [{"name": "Tea", "unit_price": 500}]})");
    order = update("orders", order, R"({"notes": "no: for Quince's wedding"})");
    act("orders", order, "confirm");
    payment =
        create("payments", R"({"order_id": ")" + text(order, "id") +
                               R"(", "amount": 500, "method": "cash", "status": "succeeded"})");
    run("INSERT INTO external_ids (collection, system, key, record_id) VALUES "
        "('customers', 'shop', 'quince-77', 1), ('customers', 'shop', 'stays-78', 2)");
    run("INSERT INTO imports (id, uid, created_at, updated_at, collection, file_name, sha256, "
        "fingerprint, mode, state, undo) VALUES (1, randomblob(16), 0, 0, 'customers', 'a.csv', '" +
        std::string(64, '0') + "', '" + std::string(64, '0') +
        "', 'create', 'done', "
        "'{\"left\":[{\"id\":\"" +
        text(ann, "id") + "\",\"title\":\"Annabelle Quince\"}]}')");
    run("INSERT INTO import_errors (import_id, position, cells, errors) VALUES "
        "(1, 1, 'NEW@Quince.example,x', '[]'), (1, 2, 'bob@stays.example,x', '[]')");
    run("INSERT INTO idempotency (principal, key, request_hash, status, headers, body, created_at) "
        "VALUES ('a', 'k', x'00', 201, '[]', '{\"id\":\"" +
        text(ann, "id") + "\",\"name\":\"Annabelle Quince\"}', 0)");
    run("ANALYZE");
  }

  void run(const std::string& sql) {
    REQUIRE(write([&](store::WriteTx& tx) -> Result<void> {
              tx.prepare(sql).run();
              return {};
            }).ok());
  }
  Result<crm::Erased> erase(const Json& record) {
    auto erased = write([&](store::WriteTx& tx) {
      return crm::erase_person(tx, organisation, context(), id_of(record));
    });
    REQUIRE(crm::purge_search_indexes(database.store()).ok());
    return erased;
  }
  crm::AuditVerdict verdict() {
    return *database.store().read([](store::ReadTx& tx) { return Result(crm::check_audit(tx)); });
  }
  // Tables with a row that holds the word anywhere, in small letters.
  std::vector<std::string> tables_with(const std::string& word) {
    return *database.store().read([&](store::ReadTx& tx) {
      std::vector<std::string> names, found;
      {
        store::Statement row = tx.prepare(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', "
            "'shadow') ORDER BY name");
        while (row.step()) names.emplace_back(row.text(0));
      }
      for (const std::string& name : names)
        if (holds(tx, name, word)) found.push_back(name);
      return Result(std::move(found));
    });
  }

 private:
  static bool holds(store::ReadTx& tx, const std::string& table, const std::string& word) {
    store::Statement row = tx.prepare("SELECT * FROM \"" + table + "\"");
    while (row.step()) {
      for (int column = 0; column < row.columns(); ++column) {
        std::string bytes(row.blob(column));
        for (char& c : bytes) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        if (bytes.find(word) != std::string::npos) return true;
      }
    }
    return false;
  }
};

TEST_CASE("after an erasure no table holds what the person is known by", "[erasure]") {
  Forgetting firm;
  REQUIRE_FALSE(firm.tables_with("quince").empty());
  REQUIRE_FALSE(firm.tables_with("elm street").empty());
  const auto erased = firm.erase(firm.ann);
  REQUIRE(erased.ok());
  CHECK(erased->records == 3);  // the payment has nothing personal
  CHECK(erased->external_ids == 1);
  CHECK(erased->import_rows == 1);
  CHECK(erased->answers == 1);
  for (const char* word : {"quince", "zinfandel", "elm street", "springfield", "5550114",
                           "555 0114", "qx-4711", "cuthbert"}) {
    INFO(word);
    CHECK(firm.tables_with(word) == std::vector<std::string>());
  }
  CHECK_FALSE(firm.tables_with("bob@stays.example").empty());
  CHECK_FALSE(firm.tables_with("stays-78").empty());
  CHECK(firm.list("customers", {{"q", "quince"}})->json.find("\"data\":[]") != std::string::npos);
}

TEST_CASE("an erased person's documents keep numbers and amounts, and all rules hold",
          "[erasure]") {
  Forgetting firm;
  REQUIRE(firm.erase(firm.ann).ok());
  const Json order = firm.get("orders", firm.order);
  CHECK(text(order, "number") == text(firm.order, "number"));
  CHECK(integer(order, "total") == 500);
  CHECK(integer(order, "paid") == 500);
  CHECK(order.find("notes")->is_null());
  CHECK(text(firm.get("customers", firm.ann), "name") == "[erased]");
  CHECK(text(firm.get("contacts", firm.contact), "last_name") == "[erased]");
  CHECK(firm.broken_invariants().empty());
  // What was done with the documents can still be followed.
  const auto kept = *firm.database.store().read([](store::ReadTx& tx) {
    store::Statement row =
        tx.prepare("SELECT count(*) FROM changes WHERE collection = 'orders' AND diff <> ''");
    row.step();
    return Result(row.integer(0));
  });
  CHECK(kept >= 2);
}

TEST_CASE("the audit trail holds after an erasure, and tells of it", "[erasure][audit]") {
  Forgetting firm;
  const std::int64_t before = firm.verdict().rows;
  REQUIRE(firm.erase(firm.ann).ok());
  const crm::AuditVerdict verdict = firm.verdict();
  CHECK(verdict.bad_seq == 0);
  CHECK(verdict.rows == before + 4);  // three records, and the event
  CHECK(verdict.erased == 2);         // the change of the customer, and of the order's notes
}

TEST_CASE("a contact can be erased alone; a second time changes nothing", "[erasure]") {
  Forgetting firm;
  REQUIRE(firm.erase(firm.contact).ok());
  CHECK(firm.tables_with("cuthbert").empty());
  CHECK(text(firm.get("customers", firm.ann), "name") == "Annabelle Quince");
  const auto again = firm.erase(firm.contact);
  REQUIRE(again.ok());
  CHECK(again->records == 0);
  CHECK(again->changes == 0);
  CHECK(firm.erase(firm.order).error().code == Code::not_found);
}

TEST_CASE("an older database erases again whom it is told, once", "[erasure]") {
  Forgetting firm;
  const std::vector<crm::Erasure> wanted = {
      {.collection = "customers", .id = Firm::id_of(firm.ann), .at_ms = firm.clock.now_ms() - 5},
      {.collection = "customers", .id = Firm::id_of(firm.order), .at_ms = 5}};  // unknown here
  const auto again = [&] {
    return *firm.write([&](store::WriteTx& tx) {
      return crm::erase_again(tx, firm.organisation, firm.context(), wanted);
    });
  };
  CHECK(again() == 1);
  REQUIRE(crm::purge_search_indexes(firm.database.store()).ok());
  CHECK(firm.tables_with("quince").empty());
  CHECK(again() == 0);
  // Data that came later, with consent, are not touched by the old wish.
  firm.update("customers", firm.ann, R"({"name": "Annabel Quince"})");
  CHECK(again() == 0);
  CHECK(text(firm.get("customers", firm.ann), "name") == "Annabel Quince");
}

TEST_CASE("a person's export holds everything of hers and nothing of others", "[erasure]") {
  Forgetting firm;
  std::string archive;
  const auto exported = firm.database.store().read([&](store::ReadTx& tx) {
    const auto person = crm::find_person(tx, Firm::id_of(firm.ann));
    return crm::export_person(tx, *person, firm.clock.now_ms(), "test",
                              [&](std::string_view piece) -> Result<void> {
                                archive += piece;
                                return {};
                              });
  });
  REQUIRE(exported.ok());
  const std::vector<std::pair<std::string, std::int64_t>> expected = {
      {"customers", 1}, {"contacts", 1}, {"orders", 1}, {"payments", 1}};
  CHECK(exported->records == expected);
  CHECK(exported->changes == 8);
  CHECK(archive.starts_with("PK"));
}

}  // namespace
}  // namespace kontor::test
