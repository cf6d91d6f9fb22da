#include "crm/accounts/key_check.h"

#include <vector>

#include "crm/accounts/second_factor.h"
#include "crm/audit/audit_log.h"

namespace kontor::crm {

using KnownKey = std::optional<std::string>;

namespace {

std::vector<std::int64_t> users_with_seeds(store::ReadTx& tx) {
  store::Statement row = tx.prepare("SELECT id FROM users WHERE totp_seed IS NOT NULL");
  std::vector<std::int64_t> ids;
  while (row.step()) ids.push_back(row.integer(0));
  return ids;
}

}  // namespace

Result<KnownKey> known_key(store::ReadTx& tx) {
  store::Statement row = tx.prepare("SELECT value FROM meta WHERE key = 'key_check'");
  return row.step() ? KnownKey(row.text(0)) : KnownKey();
}

Result<void> check_key(store::Store& store, const SecretKey& key) {
  const std::string value = key.check_value();
  const KnownKey known = TRY(store.read(known_key));
  if (known && *known != value) {
    return Error{.code = Code::wrong_key,
                 .message = "The master key is not the one of this database.",
                 .kind = "wrong_key"};
  }
  const store::StoreHealth health = store.health();
  if (known || !health.writable || health.disk_full) return {};
  return store.write([&](store::WriteTx& tx) -> Result<void> {
    tx.prepare("INSERT INTO meta (key, value) VALUES ('key_check', ?)")
        .with(std::string_view(value))
        .run();
    return {};
  });
}

Result<std::int64_t> adopt_key(store::Store& store, const Context& context, const SecretKey& key) {
  const std::string value = key.check_value();
  return store.write([&](store::WriteTx& tx) -> Result<std::int64_t> {
    if (TRY(known_key(tx)) == value)
      return Error{.code = Code::conflict,
                   .message = "The master key is the one of this database; nothing was changed.",
                   .kind = "key_fits"};
    std::int64_t count = 0;
    for (const std::int64_t user : users_with_seeds(tx))
      if (remove_second_factor(tx, context, user)) ++count;
    tx.prepare("UPDATE users SET totp_seed = NULL WHERE totp_seed IS NOT NULL").run();
    tx.prepare(
          "INSERT INTO meta (key, value) VALUES ('key_check', ?1) "
          "ON CONFLICT (key) DO UPDATE SET value = ?1")
        .with(std::string_view(value))
        .run();
    record_event(tx, context, "settings", Uuid{}, "new_master_key");
    return count;
  });
}

}  // namespace kontor::crm
