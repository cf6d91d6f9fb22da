// Who can open what is sealed, and what this process can open.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backup/seal_header.h"
#include "base/result.h"
#include "base/seal_key.h"
#include "base/secret_bytes.h"

namespace kontor::backup {

// The key of one sealed stream, and what argon2id makes of a passphrase.
using StreamKey = SecretBytes<32>;

// A passphrase after the work of argon2id (about 0.1 s and cost.memory_kib), so that many streams
// can be sealed for it at no further cost.
struct PassphraseKey {
  std::string salt;
  PassphraseCost cost;
  StreamKey key;

  // 8 bytes by which the same passphrase with the same salt is known again; they make guessing it
  // no easier than the box itself.
  std::string id() const;
};

inline constexpr std::size_t k_salt_bytes = 16;
// Guessed offline by whoever has a sealed file; a word of a dictionary would fall.
inline constexpr std::size_t k_least_passphrase_bytes = 12;

// Code::unavailable if there is no memory for it. `salt`: k_salt_bytes.
Result<PassphraseKey> derive_key(std::string_view passphrase, std::string_view salt,
                                 const PassphraseCost& cost = {});
std::string make_salt();

// For whom new streams are sealed: each one alone opens them.
struct Recipients {
  std::vector<PublicSealKey> keys = {};
  std::optional<PassphraseKey> passphrase = {};
  bool empty() const { return keys.empty() && !passphrase; }
  std::size_t count() const { return keys.size() + (passphrase ? 1 : 0); }
};

// The key of a stream, locked for each of them.
std::vector<SealLock> lock_for(const Recipients& recipients, const StreamKey& key);

// Secret keys and passphrases. Copies share what they hold; any thread.
class Keyring {
 public:
  Keyring();  // opens nothing

  void add(const SecretSealKey& key);
  // What argon2id makes of it is kept for each salt, so that many files take its work once.
  void add_passphrase(std::string passphrase);
  // One stream whose key is known, because this process has just sealed it.
  void add_stream(const SealHeader& header, const StreamKey& key);

  // The first passphrase that came, ready to seal with; nullopt: there is none.
  Result<std::optional<PassphraseKey>> first_passphrase(const std::string& salt) const;

  bool empty() const;
  // The ids of the pairs, in the order in which they came.
  std::vector<std::string> key_ids() const;

  // The key of the stream. Code::wrong_key, naming `name` and for whom it is sealed, if nothing
  // here opens it; Code::verification_failed (kind backup_damaged) if a lock that something here
  // fits is damaged.
  Result<StreamKey> open(const SealHeader& header, const std::string& name) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::backup
