// Records in and out of their tables: columns, shadow columns, references as row ids, lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/uuid.h"
#include "crm/context.h"
#include "crm/organisation/organisation.h"
#include "model/record.h"
#include "store/transaction.h"

namespace kontor::crm {

// The record with its lines, in the trash or not; nullopt: no such id.
std::optional<model::Record> load_row(store::ReadTx& tx, const model::Entity& entity,
                                      const Uuid& id);

bool id_is_taken(store::ReadTx& tx, std::string_view collection, const Uuid& id);

// Row id of a live record; nullopt: none.
std::optional<std::int64_t> live_row_id(store::ReadTx& tx, std::string_view collection,
                                        const Uuid& id);
std::optional<Uuid> id_of_row(store::ReadTx& tx, std::string_view collection, std::int64_t row_id);

// A reference that is new or changed must point to a live record that the caller sees, else a
// FieldError `not_found`.
void check_references(store::ReadTx& tx, const Principal& principal, const model::Entity& entity,
                      const model::Record* before, const model::Record& record,
                      std::vector<FieldError>& errors, const std::string& prefix = "");

// Whether the caller sees whatever a record of this entity may refer to. Users are seen by all.
bool sees_all_references(const Principal& principal, const model::Entity& entity);

// Writes the record's row and lines; sets its row ids. `before` null: INSERT, else only what
// differs is updated. References must have passed check_references in this transaction.
void write_row(store::WriteTx& tx, const Organisation& organisation, const Context& context,
               const model::Entity& entity, const model::Record* before, model::Record& record);

}  // namespace kontor::crm
