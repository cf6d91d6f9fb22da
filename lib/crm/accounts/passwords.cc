#include "crm/accounts/passwords.h"

#include <algorithm>

#include "base/password_hash.h"
#include "crm/accounts/password_policy.h"
#include "crm/accounts/users.h"
#include "crm/audit/audit_log.h"

namespace kontor::crm {
namespace {

// The current one counts, too.
std::int64_t kept_old(const PasswordRules& rules) {
  return std::max<std::int64_t>(0, rules.history - 1);
}

void keep_old(store::WriteTx& tx, const Context& context, const User& user,
              const PasswordRules& rules) {
  if (!user.password_hash.empty())
    tx.prepare("INSERT INTO old_passwords (user_id, password_hash, replaced_at) VALUES (?, ?, ?)")
        .with(user.row_id, std::string_view(user.password_hash), context.now_ms)
        .run();
  tx.prepare(
        "DELETE FROM old_passwords WHERE id IN (SELECT id FROM old_passwords WHERE user_id = ? "
        "ORDER BY id DESC LIMIT -1 OFFSET ?)")
      .with(user.row_id, kept_old(rules))
      .run();
}

}  // namespace

std::vector<std::string> used_passwords(store::ReadTx& tx, const User& user,
                                        const PasswordRules& rules) {
  std::vector<std::string> used;
  if (rules.history == 0) return used;
  if (!user.password_hash.empty()) used.push_back(user.password_hash);
  store::Statement row = tx.prepare(
      "SELECT password_hash FROM old_passwords WHERE user_id = ? ORDER BY id DESC LIMIT ?");
  row.with(user.row_id, kept_old(rules));
  while (row.step()) used.emplace_back(row.text(0));
  return used;
}

Result<std::string> new_password_hash(const PasswordWish& wish, const AccountSettings& settings) {
  if (!wish.current_hash.empty() && !verify_password(wish.current, wish.current_hash))
    return password_error("/current_password", "wrong_password", "That is not your password.");
  const std::string organisation = settings.organisation_name();
  TRY(check_password(wish.password, settings.passwords,
                     {.email = wish.email, .name = wish.name, .organisation = organisation},
                     wish.pointer));
  const bool is_used =
      std::any_of(wish.used.begin(), wish.used.end(),
                  [&](const std::string& hash) { return verify_password(wish.password, hash); });
  if (is_used)
    return password_error(wish.pointer, "used_before",
                          "This is one of the last " + std::to_string(settings.passwords.history) +
                              " passwords; take a new one.");
  return hash_password(wish.password, settings.cost);
}

Result<User> set_password(store::WriteTx& tx, const Context& context, const User& user,
                          const std::string& hash, const PasswordRules& rules) {
  keep_old(tx, context, user, rules);
  tx.prepare(
        "UPDATE users SET password_hash = ?1, password_set_at = ?2, updated_at = ?2, version = "
        "version + 1 WHERE id = ?3")
      .with(std::string_view(hash), context.now_ms, user.row_id)
      .run();
  end_credentials(tx, context, user.row_id);
  record_event(tx, context, "users", user.id, "password");
  return *find_user(tx, user.row_id);
}

}  // namespace kontor::crm
