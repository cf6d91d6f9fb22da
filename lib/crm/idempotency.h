// Idempotency-Key: the answer of a request is stored with its effect, and given again to a repeat.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/transaction.h"

namespace kontor::crm {

struct StoredAnswer {
  int status = 0;
  std::string headers;  // as the API layer wrote them
  std::string body;
};

// The answer given before; nullopt: none. Code::invalid (kind idempotency_mismatch) if the key was
// used for another request (`request_hash` differs).
Result<std::optional<StoredAnswer>> recall_answer(store::ReadTx& tx, std::string_view principal,
                                                  std::string_view key,
                                                  std::string_view request_hash);
void store_answer(store::WriteTx& tx, std::string_view principal, std::string_view key,
                  std::string_view request_hash, const StoredAnswer& answer, std::int64_t now_ms);
// Forgets answers older than limits::idempotency_ms, a few hundred at a time.
void expire_answers(store::WriteTx& tx, std::int64_t now_ms);

}  // namespace kontor::crm
