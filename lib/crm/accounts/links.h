// Links that work once: the first set-up, and a way in for someone who has no password or is locked
// out. Random tokens, of which the digest is kept; half an hour.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "store/transaction.h"

namespace kontor::crm {

struct Link {
  std::string token;
  std::int64_t expires_at_ms = 0;
};

// Replaces one that was made before: only the newest works.
Link make_setup_link(store::WriteTx& tx, std::int64_t now_ms, Random& random);
Link make_sign_in_link(store::WriteTx& tx, std::int64_t user_row_id, std::int64_t now_ms,
                       Random& random);

bool is_setup_link(store::ReadTx& tx, std::string_view token, std::int64_t now_ms);
// users.id; nullopt: it does not work, or not any more.
std::optional<std::int64_t> find_sign_in_link(store::ReadTx& tx, std::string_view token,
                                              std::int64_t now_ms);

// It has worked. Inside the transaction that has found it.
void use_link(store::WriteTx& tx, std::string_view token, std::int64_t now_ms);

}  // namespace kontor::crm
