#include "crm/idempotency.h"

#include "base/limits.h"

namespace kontor::crm {

Result<std::optional<StoredAnswer>> recall_answer(store::ReadTx& tx, std::string_view principal,
                                                  std::string_view key,
                                                  std::string_view request_hash) {
  store::Statement row = tx.prepare(
      "SELECT request_hash, status, headers, body FROM idempotency WHERE principal = ? AND key = "
      "?");
  row.with(principal, key);
  if (!row.step()) return std::optional<StoredAnswer>();
  if (row.blob(0) != request_hash) {
    return Error{.code = Code::invalid,
                 .message = "This Idempotency-Key was used for another request.",
                 .kind = "idempotency_mismatch"};
  }
  return std::optional(StoredAnswer{.status = static_cast<int>(row.integer(1)),
                                    .headers = std::string(row.text(2)),
                                    .body = std::string(row.text(3))});
}

void store_answer(store::WriteTx& tx, std::string_view principal, std::string_view key,
                  std::string_view request_hash, const StoredAnswer& answer, std::int64_t now_ms) {
  tx.prepare(
        "INSERT INTO idempotency (principal, key, request_hash, status, headers, body, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)")
      .with(principal, key, store::Blob{request_hash}, std::int64_t{answer.status},
            std::string_view(answer.headers), std::string_view(answer.body), now_ms)
      .run();
}

void expire_answers(store::WriteTx& tx, std::int64_t now_ms) {
  // Mostly there is none, and to look costs a tenth of the deletion of nothing.
  store::Statement oldest = tx.prepare("SELECT 1 FROM idempotency WHERE created_at < ? LIMIT 1");
  if (!oldest.with(now_ms - limits::idempotency_ms).step()) return;
  oldest.rewind();
  tx.prepare(
        "DELETE FROM idempotency WHERE (principal, key) IN "
        "(SELECT principal, key FROM idempotency WHERE created_at < ? LIMIT 500)")
      .with(now_ms - limits::idempotency_ms)
      .run();
}

}  // namespace kontor::crm
