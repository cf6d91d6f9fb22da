// A person is forgotten: personal fields, what the trail says of them, and every other place that
// holds them. Documents keep their numbers and amounts, which the law wants kept.
//
// What lies on disk is overwritten: the writer's connection has secure_delete on. Afterwards
// purge_search_indexes() takes the words out of the pages of the full-text indexes, and
// Store::empty_log() the old pages out of the log.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "crm/context.h"
#include "crm/organisation/organisation.h"
#include "store/transaction.h"

namespace kontor::crm {

// What stands where a field must not be empty.
inline constexpr std::string_view k_erased_text = "[erased]";

struct Erasure {
  std::string collection;
  Uuid id{};
  std::int64_t at_ms = 0;
  bool operator==(const Erasure&) const = default;
};

struct Erased {
  Erasure erasure;
  std::int64_t records = 0;       // that were changed
  std::int64_t changes = 0;       // rows of the trail that were emptied
  std::int64_t external_ids = 0;  // names in other systems
  std::int64_t import_rows = 0;   // rejected rows of imports
  std::int64_t answers = 0;       // kept for a repeat of a request
};

// Erases the customer or contact with this id and what belongs to it (crm/audit/person.h), and
// remembers the id. In one transaction; again does no harm. Code::not_found: there is no such one.
Result<Erased> erase_person(store::WriteTx& tx, const Organisation& organisation,
                            const Context& context, const Uuid& id);

// {"id","collection","at","records",…}
std::string to_json(const Erased& erased);

// Whom this database was told to forget, in the order of their ids.
std::vector<Erasure> list_erasures(store::ReadTx& tx);

// Those of `wanted` whose records this database has, and does not know to be erased since, as it is
// older.
std::vector<Erasure> pending_erasures(store::ReadTx& tx, std::vector<Erasure> wanted);

// Erases these. How many.
Result<std::int64_t> erase_again(store::WriteTx& tx, const Organisation& organisation,
                                 const Context& context, const std::vector<Erasure>& wanted);

}  // namespace kontor::crm
