// From a session or API token to who is acting. What it has found it keeps in memory until
// something about accounts changes (account_changes.h), so a request costs one SHA-256 and one
// look-up.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"
#include "base/sha256.h"
#include "crm/access/principal.h"
#include "crm/accounts/credential.h"
#include "crm/accounts/sessions.h"
#include "store/store.h"

namespace kontor::crm {

// Thread-safe. All that it is given must outlive it.
class Authenticator {
 public:
  // Where the digest of an API token leads; nullopt: nowhere, or nowhere any more.
  using FindToken = std::function<std::optional<Credential>(
      store::ReadTx& tx, const Sha256& token_hash, std::int64_t now_ms)>;

  Authenticator(store::Store& store, const Sessions& sessions, FindToken find_token,
                const Clock& clock);
  ~Authenticator();

  // Never null. Code::unauthenticated, the same for every reason, if the token opens nothing now.
  // `address`: from where the request comes, an IP address.
  Result<std::shared_ptr<const Principal>> session(std::string_view token,
                                                   std::string_view address);
  Result<std::shared_ptr<const Principal>> api_token(std::string_view token,
                                                     std::string_view address);

 private:
  struct Entry;
  struct FirstBytes {
    std::size_t operator()(const Sha256& digest) const;
  };

  Result<std::shared_ptr<const Principal>> look_up(std::string_view token, std::string_view address,
                                                   Principal::Kind kind);
  std::shared_ptr<Entry> cached(const Sha256& digest) const;
  Result<std::shared_ptr<Entry>> load(const Sha256& digest, Principal::Kind kind,
                                      std::int64_t now_ms, const std::shared_ptr<Entry>& before);
  void keep(const Sha256& digest, std::shared_ptr<Entry> entry);
  void forget(const Sha256& digest);
  void note_use(Entry& entry, std::int64_t now_ms);

  store::Store& store_;
  const Sessions& sessions_;
  const FindToken find_token_;
  const Clock& clock_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<Sha256, std::shared_ptr<Entry>, FirstBytes> entries_;
};

}  // namespace kontor::crm
