// Guessing made slow: failed sign-ins are counted for each account and browser. A browser that the
// account knows is locked by its own failures alone; all others share one count, so an attacker can
// lock out strangers but never a browser that has signed in before.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/sha256.h"
#include "crm/accounts/account_settings.h"
#include "store/transaction.h"

namespace kontor::crm {

// Who tries to get in where. Accounts that do not exist count like those that do.
struct Guesser {
  Sha256 account{};                           // account_hash() of what was typed
  std::optional<std::int64_t> user_row_id{};  // none: there is no such account
  std::int64_t device_id = 0;                 // 0: a stranger
};

// Of the e-mail address as it was typed.
Sha256 account_hash(std::string_view email);

bool is_locked(store::ReadTx& tx, const Guesser& who, std::int64_t now_ms);

// A failure. While locked nothing is counted: trying on does not make it longer.
void note_failure(store::WriteTx& tx, const Guesser& who, const LockOutRules& rules,
                  std::int64_t now_ms);

// A success. Strangers that were locked stay so if it came from a browser that is known.
void forgive(store::WriteTx& tx, const Guesser& who);

// All that is counted against a user; how many locks and counts there were.
int unlock_user(store::WriteTx& tx, std::int64_t user_row_id, std::string_view email);

}  // namespace kontor::crm
