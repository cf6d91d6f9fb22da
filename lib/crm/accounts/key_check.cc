#include "crm/accounts/key_check.h"

namespace kontor::crm {

using KnownKey = std::optional<std::string>;

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

}  // namespace kontor::crm
