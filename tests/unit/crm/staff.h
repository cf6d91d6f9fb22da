// A firm with three people, whose role lets them read: Ann and Ben share a team, Cat is in none.
// Each acts under rights that a test gives her.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crm/access/record_access.h"
#include "crm/access/role.h"
#include "unit/crm/firm.h"

namespace kontor::test {

class Staff : public Firm {
 public:
  struct Person {
    std::int64_t row_id = 0;
    Uuid id{};
  };

  Staff() {
    ann = add_person("ann");
    ben = add_person("ben");
    cat = add_person("cat");
  }

  // From here on it is this person who acts, with these rights and no others.
  void act_as(const Person& person, const crm::Rights& rights) {
    auto acting = std::make_shared<crm::Principal>();
    acting->kind = crm::Principal::Kind::session;
    acting->user_id = person.row_id;
    acting->user = person.id;
    acting->rights = rights;
    const bool in_team = person.row_id != cat.row_id;
    acting->peers = in_team ? std::vector{ann.row_id, ben.row_id} : std::vector{person.row_id};
    principal = std::move(acting);
  }
  void act_as(const Person& person, std::string_view role) {
    const crm::Role* found = crm::find_built_in_role(role);
    REQUIRE(found != nullptr);
    act_as(person, crm::rights_of(*found));
  }
  void act_as_program() { principal = crm::Principal::program(); }

  // Every act on every collection, as far as this, and no flag.
  static crm::Rights reaching(crm::Reach reach) {
    crm::Rights rights;
    for (const model::Entity* entity : model::entities())
      for (std::size_t act = 0; act < crm::k_acts; ++act)
        rights.set(*entity, static_cast<crm::Act>(act), reach);
    return rights;
  }

  // Made by the program for someone.
  Json record_of(std::string_view collection, const Person& owner, std::string body) {
    const auto before = principal;
    act_as_program();
    body.insert(body.size() - 1, R"(, "owner_id": ")" + owner.id.text() + "\"");
    Json made = create(collection, body);
    principal = before;
    return made;
  }
  Json customer_of(const Person& owner, const std::string& name) {
    return record_of("customers", owner, R"({"name": ")" + name + "\"}");
  }

  Result<crm::Rendered> try_get(std::string_view collection, const Json& record,
                                std::string_view expand = "", std::string_view fields = "") {
    return database.store().read([&](store::ReadTx& tx) {
      return records.get(tx, *principal, entity(collection), id_of(record), expand, fields);
    });
  }
  bool sees(std::string_view collection, const Json& record) {
    return *database.store().read([&](store::ReadTx& tx) {
      return Result(crm::visible(tx, *principal, entity(collection), id_of(record)));
    });
  }

  Person ann, ben, cat;

 private:
  Person add_person(const std::string& name) {
    const Uuid id = ids.next();
    const Result<std::int64_t> row = write([&](store::WriteTx& tx) {
      tx.prepare(
            "INSERT INTO users (uid, email, email_norm, name, created_at) VALUES (?, ?, ?, ?, 0)")
          .with(store::Blob{id.blob()}, name + "@example.com", name + "@example.com", name)
          .run();
      const std::int64_t made = tx.last_insert_id();
      tx.prepare("INSERT INTO user_roles (user_id, role) VALUES (?, 'viewer')").with(made).run();
      return Result(made);
    });
    REQUIRE(row.ok());
    return {.row_id = *row, .id = id};
  }
};

// What a call was refused with; nullopt: it went through.
template <class T>
std::optional<Code> refusal(const Result<T>& result) {
  return result.ok() ? std::nullopt : std::optional(result.error().code);
}

}  // namespace kontor::test
