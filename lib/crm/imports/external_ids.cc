#include "crm/imports/external_ids.h"

#include <string>

namespace kontor::crm {

std::optional<Uuid> find_external(store::ReadTx& tx, std::string_view collection,
                                  std::string_view system, std::string_view key) {
  store::Statement row =
      tx.prepare("SELECT t.uid FROM external_ids e JOIN " + std::string(collection) +
                 " t ON t.id = e.record_id AND t.deleted_at IS NULL "
                 "WHERE e.collection = ? AND e.system = ? AND e.key = ?");
  row.with(collection, system, key);
  if (!row.step()) return std::nullopt;
  return Uuid::from_blob(row.blob(0));
}

void remember_external(store::WriteTx& tx, std::string_view collection, std::string_view system,
                       std::string_view key, std::int64_t record_row_id) {
  tx.prepare(
        "INSERT INTO external_ids (collection, system, key, record_id) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (collection, system, key) DO UPDATE SET record_id = excluded.record_id")
      .with(collection, system, key, record_row_id)
      .run();
}

}  // namespace kontor::crm
