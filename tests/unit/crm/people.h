// Users of a firm in tests, and what they may do.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "crm/access/principal.h"
#include "unit/crm/firm.h"

namespace kontor::test {

struct Person {
  std::int64_t row_id = 0;
  std::string id;
  // As the field of a record that is hers.
  std::string as_owner() const { return R"("owner_id": ")" + id + "\""; }
};

inline Person add_person(Firm& firm, const std::string& name) {
  const Uuid uid = firm.ids.next();
  const auto row_id = firm.write([&](store::WriteTx& tx) -> Result<std::int64_t> {
    const std::string email = name + "@firm.example";
    tx.prepare(
          "INSERT INTO users (uid, email, email_norm, name, created_at) VALUES (?, ?, ?, ?, 1)")
        .with(store::Blob{uid.blob()}, std::string_view(email), std::string_view(email),
              std::string_view(name))
        .run();
    return tx.last_insert_id();
  });
  REQUIRE(row_id.ok());
  return {.row_id = *row_id, .id = uid.text()};
}

// Reads every collection as far as `reach`, and nothing more.
inline crm::Principal reader(const Person& person, crm::Reach reach,
                             const std::vector<Person>& team = {}) {
  crm::Principal who{.kind = crm::Principal::Kind::session, .user_id = person.row_id};
  who.user = *Uuid::parse(person.id);
  for (const model::Entity* entity : model::entities())
    who.rights.set(*entity, crm::Act::read, reach);
  who.peers = {person.row_id};
  for (const Person& other : team) who.peers.push_back(other.row_id);
  std::sort(who.peers.begin(), who.peers.end());
  return who;
}

inline void hide(crm::Principal& who, std::string_view collection, std::string_view field) {
  const model::Entity& entity = Firm::entity(collection);
  who.rights.set(entity, *model::find_field(entity, field), crm::FieldAccess::hidden);
}

}  // namespace kontor::test
