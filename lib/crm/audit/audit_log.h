// Writes the audit trail: rows of the table `changes`, each chained to the one before it. A row is
// part of the transaction of what it tells, so neither is there without the other.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/uuid.h"
#include "crm/context.h"
#include "store/transaction.h"

namespace kontor::crm {

// What a row tells; who, when and from where come from the context.
struct AuditEntry {
  std::string_view collection;
  Uuid record{};
  std::string_view action;
  std::int64_t version = 0;       // of the record after its change; 0: an event
  std::string_view content = {};  // JSON
};

void append_audit(store::WriteTx& tx, const Context& context, const AuditEntry& entry);

// An event that changes no record: a sign-in, a refusal, an export, a change of roles, a restore.
// `collection` says of what kind ("session", "users", "roles", "tokens", "exports", "backups"),
// `uid` whom or what it concerns (Uuid{}: nothing that has an id), `detail_json` is one JSON object
// without secrets. Neither /changes nor a record's history shows it.
void record_event(store::WriteTx& tx, const Context& context, std::string_view collection,
                  const Uuid& uid, std::string_view action, std::string_view detail_json = "{}");

}  // namespace kontor::crm
