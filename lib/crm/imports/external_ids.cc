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

bool has_other_external(store::ReadTx& tx, std::string_view collection, std::string_view system,
                        std::string_view key, std::int64_t record_row_id) {
  store::Statement row = tx.prepare(
      "SELECT 1 FROM external_ids WHERE collection = ? AND record_id = ? AND system = ? "
      "AND key <> ?");
  row.with(collection, record_row_id, system, key);
  return row.step();
}

void remember_external(store::WriteTx& tx, std::string_view collection, std::string_view system,
                       std::string_view key, std::int64_t record_row_id,
                       std::int64_t import_row_id) {
  tx.prepare(
        "INSERT INTO external_ids (collection, system, key, record_id, import_id) "
        "VALUES (?, ?, ?, ?, nullif(?, 0)) "
        "ON CONFLICT (collection, system, key) DO UPDATE SET record_id = excluded.record_id, "
        "import_id = excluded.import_id WHERE record_id <> excluded.record_id")
      .with(collection, system, key, record_row_id, import_row_id)
      .run();
}

void forget_external(store::WriteTx& tx, std::string_view collection, std::int64_t record_row_id,
                     std::int64_t import_row_id) {
  tx.prepare("DELETE FROM external_ids WHERE collection = ? AND record_id = ? AND import_id = ?")
      .with(collection, record_row_id, import_row_id)
      .run();
}

}  // namespace kontor::crm
