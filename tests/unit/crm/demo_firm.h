// A firm to load demo data into, and to look at what came of it.
#pragma once

#include "crm/demo/demo.h"
#include "unit/crm/firm.h"

namespace kontor::test {

inline constexpr std::string_view k_collections[] = {"customers", "contacts", "products", "orders",
                                                     "payments"};

class Demo : public Firm {
 public:
  Demo() : Firm("Asia/Ho_Chi_Minh", "USD") {}

  void be(std::string_view currency, std::string_view country) {
    crm::Organisation next = *current_organisation.now();
    next.currency = currency;
    next.country = country;
    current_organisation.replace(std::move(next));
  }
  crm::DemoOptions options(std::string_view preset = "shop", std::string_view language = "en") {
    return {.preset = std::string(preset),
            .size = crm::DemoSize::s,
            .language = std::string(language),
            .today = organisation.zone.local_date(clock.now_ms())};
  }
  crm::DemoReport load(const crm::DemoOptions& options) {
    auto report = crm::load_demo(database.store(), records, options);
    if (!report.ok()) {
      std::string text = report.error().message;
      for (const FieldError& field : report.error().fields) text += field.pointer + field.detail;
      FAIL(text);
    }
    return *report;
  }
  crm::DemoCleared clear() {
    auto cleared = crm::clear_demo(database.store(), {.now_ms = clock.now_ms()});
    if (!cleared.ok()) FAIL(cleared.error().message);
    return *cleared;
  }
  std::int64_t number(std::string_view sql) {
    return database.store()
        .read([&](store::ReadTx& tx) -> Result<std::int64_t> {
          auto row = tx.prepare(sql);
          REQUIRE(row.step());
          return row.integer(0);
        })
        .value();
  }
  std::string dump(std::string_view sql) {
    return database.store()
        .read([&](store::ReadTx& tx) -> Result<std::string> {
          std::string text;
          auto row = tx.prepare(sql);
          while (row.step()) text += std::string(row.text(0)) + "\n";
          return text;
        })
        .value();
  }
  std::string one_id(std::string_view collection, std::string_view where) {
    return dump(
               "SELECT lower(substr(hex(uid),1,8)||'-'||substr(hex(uid),9,4)||'-'||"
               "substr(hex(uid),13,4)||'-'||substr(hex(uid),17,4)||'-'||substr(hex(uid),21)) "
               "FROM " +
               std::string(collection) + " WHERE " + std::string(where) + " LIMIT 1")
        .substr(0, 36);
  }
  void check_invariants() {
    auto checked = database.store().read([](store::ReadTx& tx) -> Result<int> {
      for (const crm::Invariant& invariant : crm::invariants()) {
        INFO(invariant.name);
        CHECK(invariant.check(tx) == std::vector<std::string>{});
      }
      return 0;
    });
    CHECK(checked.ok());
  }
};

}  // namespace kontor::test
