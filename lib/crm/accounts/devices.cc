#include "crm/accounts/devices.h"

#include "base/limits.h"
#include "base/secret.h"

namespace kontor::crm {

std::optional<std::int64_t> find_device(store::ReadTx& tx, std::int64_t user_row_id,
                                        std::string_view token) {
  const Sha256 hash = sha256(token);
  store::Statement row =
      tx.prepare("SELECT id FROM known_devices WHERE token_hash = ? AND user_id = ?");
  row.with(store::Blob{bytes_of(hash)}, user_row_id);
  if (!row.step()) return std::nullopt;
  return row.integer(0);
}

std::string remember_device(store::WriteTx& tx, std::int64_t user_row_id, std::string_view token,
                            std::int64_t now_ms, Random& random) {
  if (const auto known = find_device(tx, user_row_id, token)) {
    tx.prepare("UPDATE known_devices SET seen_at = ? WHERE id = ?").with(now_ms, *known).run();
    return std::string(token);
  }
  std::string fresh = make_secret(random);
  const Sha256 hash = sha256(fresh);
  tx.prepare(
        "INSERT INTO known_devices (user_id, token_hash, created_at, seen_at) VALUES (?, ?, ?3, "
        "?3)")
      .with(user_row_id, store::Blob{bytes_of(hash)}, now_ms)
      .run();
  tx.prepare(
        "DELETE FROM known_devices WHERE id IN (SELECT id FROM known_devices WHERE user_id = ? "
        "ORDER BY seen_at DESC, id DESC LIMIT -1 OFFSET ?)")
      .with(user_row_id, static_cast<std::int64_t>(limits::known_devices))
      .run();
  return fresh;
}

}  // namespace kontor::crm
