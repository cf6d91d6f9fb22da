#include "crm/accounts/lock_out.h"

#include <algorithm>

#include "base/email.h"
#include "base/fold.h"
#include "base/limits.h"
#include "base/secret.h"

namespace kontor::crm {
namespace {

using store::Statement;

constexpr std::int64_t k_stranger = 0;
constexpr std::int64_t k_all_strangers_ever = -1;  // never starts over by itself

struct Count {
  std::int64_t failures = 0;
  std::int64_t last_at_ms = 0;
  std::int64_t locked_until_ms = 0;
};

Count read_count(store::ReadTx& tx, const Guesser& who, std::int64_t device_id) {
  Statement row = tx.prepare(
      "SELECT failures, last_at, locked_until FROM sign_in_failures WHERE account_hash = ? AND "
      "device_id = ?");
  row.with(store::Blob{bytes_of(who.account)}, device_id);
  if (!row.step()) return {};
  return {row.integer(0), row.integer(1), row.integer(2)};
}

void write_count(store::WriteTx& tx, const Guesser& who, std::int64_t device_id,
                 const Count& count) {
  Statement row = tx.prepare(
      "INSERT INTO sign_in_failures (account_hash, device_id, failures, last_at, locked_until, "
      "user_id) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET failures = excluded.failures, "
      "last_at = excluded.last_at, locked_until = excluded.locked_until, user_id = "
      "excluded.user_id");
  row.with(store::Blob{bytes_of(who.account)}, device_id, count.failures, count.last_at_ms,
           count.locked_until_ms, nullptr);
  if (who.user_row_id) row.bind(6, *who.user_row_id);
  row.run();
}

void remove_count(store::WriteTx& tx, const Guesser& who, std::int64_t device_id) {
  tx.prepare("DELETE FROM sign_in_failures WHERE account_hash = ? AND device_id = ?")
      .with(store::Blob{bytes_of(who.account)}, device_id)
      .run();
}

Count with_failure(Count count, const LockOutRules& rules, std::int64_t now_ms) {
  const bool is_over = count.locked_until_ms > 0 || count.last_at_ms <= now_ms - rules.lock_ms;
  if (is_over) count = {};
  ++count.failures;
  if (count.failures >= rules.failures) count.locked_until_ms = now_ms + rules.lock_ms;
  return count;
}

// What is kept of accounts that do not exist must not grow without bound.
void forget_unknown(store::WriteTx& tx, const LockOutRules& rules, std::int64_t now_ms) {
  tx.prepare("DELETE FROM sign_in_failures WHERE user_id IS NULL AND last_at < ?")
      .with(now_ms - rules.lock_ms)
      .run();
}

}  // namespace

Sha256 account_hash(std::string_view email) {
  return sha256(normal_email(email).value_or(fold_identity(email)));
}

bool is_locked(store::ReadTx& tx, const Guesser& who, std::int64_t now_ms) {
  if (read_count(tx, who, who.device_id).locked_until_ms > now_ms) return true;
  return who.device_id == k_stranger &&
         read_count(tx, who, k_all_strangers_ever).failures >= limits::sign_in_failures;
}

// The same statements whoever it is and however it stands, so that all take the same time.
void note_failure(store::WriteTx& tx, const Guesser& who, const LockOutRules& rules,
                  std::int64_t now_ms) {
  const bool locked = is_locked(tx, who, now_ms);
  Count own = read_count(tx, who, who.device_id);
  Count ever = read_count(tx, who, k_all_strangers_ever);
  if (!locked) {
    own = with_failure(own, rules, now_ms);
    ++ever.failures;
  }
  own.failures = std::max<std::int64_t>(own.failures, 1);
  own.last_at_ms = now_ms;
  ever.last_at_ms = now_ms;
  write_count(tx, who, who.device_id, own);
  if (ever.failures > 0) write_count(tx, who, k_all_strangers_ever, ever);
  forget_unknown(tx, rules, now_ms);
}

void forgive(store::WriteTx& tx, const Guesser& who) {
  remove_count(tx, who, who.device_id);
  remove_count(tx, who, k_all_strangers_ever);
}

int unlock_user(store::WriteTx& tx, std::int64_t user_row_id, std::string_view email) {
  const Sha256 account = account_hash(email);
  tx.prepare("DELETE FROM sign_in_failures WHERE user_id = ? OR account_hash = ?")
      .with(user_row_id, store::Blob{bytes_of(account)})
      .run();
  return static_cast<int>(tx.changes());
}

}  // namespace kontor::crm
