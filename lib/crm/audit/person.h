// Whose data are meant when a person asks for them or asks to be forgotten: a customer or a
// contact, and the records that belong to it.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "model/entity.h"
#include "store/transaction.h"

namespace kontor::crm {

struct PersonRecord {
  const model::Entity* entity = nullptr;
  Uuid id{};
  std::int64_t row_id = 0;
};

// The customer or contact with this id, in the trash or not. Code::not_found: there is none.
Result<PersonRecord> find_person(store::ReadTx& tx, const Uuid& id);

// It, and of a customer also its contacts, orders and the payments of these; those in the trash
// too.
std::vector<PersonRecord> records_of_person(store::ReadTx& tx, const PersonRecord& person);

// Orders and payments: what must be kept of them is kept.
bool is_document(const model::Entity& entity);

}  // namespace kontor::crm
