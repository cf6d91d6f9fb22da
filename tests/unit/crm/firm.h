// A firm in a throw-away database, with a clock that stands still until it is moved.
#pragma once

#include <catch_amalgamated.hpp>
#include <string>
#include <string_view>

#include "base/json.h"
#include "crm/invariants.h"
#include "crm/list.h"
#include "crm/records.h"
#include "model/registry.h"
#include "support/database.h"

namespace kontor::test {

class Firm {
 public:
  explicit Firm(std::string_view zone = "UTC", std::string_view currency = "USD")
      : organisation{.zone = *TimeZone::load(zone), .currency = std::string(currency)} {}

  crm::Context context() {
    return {.now_ms = clock.now_ms(),
            .request_id = "test",
            .actor_id = principal->user_id != 0 ? std::optional(principal->user_id) : std::nullopt,
            .principal = principal};
  }

  template <class Fn>
  auto write(Fn fn) {
    return database.store().write(fn);
  }

  // Calls that must succeed give the record; the others give the error.
  Json create(std::string_view collection, std::string_view body) {
    return shown(try_create(collection, body));
  }
  Result<crm::Written> try_create(std::string_view collection, std::string_view body) {
    return write([&](store::WriteTx& tx) {
      return records.create(tx, context(), entity(collection), json(body));
    });
  }
  Json update(std::string_view collection, const Json& record, std::string_view patch) {
    return shown(try_update(collection, record, patch));
  }
  Result<crm::Written> try_update(std::string_view collection, const Json& record,
                                  std::string_view patch) {
    return write([&](store::WriteTx& tx) {
      return records.update(tx, context(), entity(collection), id_of(record), json(patch));
    });
  }
  Json act(std::string_view collection, const Json& record, std::string_view action,
           std::string_view body = "{}") {
    return shown(try_act(collection, record, action, body));
  }
  Result<crm::Written> try_act(std::string_view collection, const Json& record,
                               std::string_view action, std::string_view body = "{}") {
    return write([&](store::WriteTx& tx) {
      return records.act(tx, context(), entity(collection), id_of(record), action, json(body));
    });
  }
  Result<crm::Written> try_remove(std::string_view collection, const Json& record) {
    return write([&](store::WriteTx& tx) {
      return records.remove(tx, context(), entity(collection), id_of(record));
    });
  }
  Result<crm::Written> try_restore(std::string_view collection, const Json& record) {
    return write([&](store::WriteTx& tx) {
      return records.restore(tx, context(), entity(collection), id_of(record));
    });
  }
  Json get(std::string_view collection, const Json& record, std::string_view expand = "") {
    auto found = database.store().read([&](store::ReadTx& tx) {
      return records.get(tx, *principal, entity(collection), id_of(record), expand);
    });
    REQUIRE(found.ok());
    return json(found->json);
  }
  Result<crm::Page> list(std::string_view collection,
                         const std::vector<std::pair<std::string, std::string>>& params) {
    auto query = crm::parse_list(entity(collection), params, *principal);
    if (!query.ok()) return query.error();
    return database.store().read(
        [&](store::ReadTx& tx) { return crm::list(tx, *principal, *query); });
  }

  // "name: finding" of everything that does not hold; empty: the data is sound.
  std::vector<std::string> broken_invariants() {
    return *database.store().read([](store::ReadTx& tx) {
      std::vector<std::string> all;
      for (const crm::Invariant& invariant : crm::invariants())
        for (std::string& finding : invariant.check(tx))
          all.push_back(std::string(invariant.name) + ": " + finding);
      return Result(std::move(all));
    });
  }

  static const model::Entity& entity(std::string_view collection) {
    return *model::find_entity(collection);
  }
  static Json json(std::string_view text) {
    Result<Json> parsed = parse_json(text);
    INFO(text);
    REQUIRE(parsed.ok());
    return *parsed;
  }
  static Uuid id_of(const Json& record) { return *Uuid::parse(*record.find("id")->string()); }

  FakeClock clock;
  SystemRandom random;
  UuidSource ids{clock, random};
  Database database{clock};
  const crm::Organisation organisation;
  crm::CurrentOrganisation current_organisation{organisation};
  crm::Records records{current_organisation, ids};
  // Who does all this.
  std::shared_ptr<const crm::Principal> principal = crm::Principal::program();

 private:
  static Json shown(const Result<crm::Written>& written) {
    if (!written.ok()) {
      std::string text = written.error().message;
      for (const FieldError& field : written.error().fields)
        text += "; " + field.pointer + " " + field.code;
      FAIL(text);
    }
    return json(written->json);
  }
};

// Shorthands for what tests look at.
inline std::int64_t integer(const Json& record, std::string_view name) {
  return *record.find(name)->integer();
}
inline std::string text(const Json& record, std::string_view name) {
  return *record.find(name)->string();
}
inline std::vector<std::string> faults(const Error& error) {
  std::vector<std::string> out;
  for (const FieldError& field : error.fields) out.push_back(field.pointer + ":" + field.code);
  return out;
}

}  // namespace kontor::test
