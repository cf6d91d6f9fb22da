#include "backup/seal_keyring.h"

#include <sodium.h>

#include <algorithm>
#include <mutex>

#include "base/check.h"
#include "base/nfc.h"

namespace kontor::backup {
namespace {

constexpr std::size_t k_kib = 1024;
// Each costs its argon2id once; a folder whose files were sealed with as many salts is a foreign
// one.
constexpr std::size_t k_most_derived = 64;

static_assert(k_salt_bytes == crypto_pwhash_SALTBYTES);
static_assert(StreamKey::k_bytes == crypto_secretbox_xchacha20poly1305_KEYBYTES);

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

SealLock lock_for(const PublicSealKey& recipient, const StreamKey& key) {
  SealLock lock{.kind = LockKind::key, .id = recipient.id(), .box = {}};
  lock.box.resize(crypto_box_SEALBYTES + StreamKey::k_bytes);
  CHECK(crypto_box_seal(bytes_of(lock.box), key.data(), key.size(), recipient.data()) == 0);
  return lock;
}

SealLock lock_for(const PassphraseKey& recipient, const StreamKey& key) {
  SealLock lock{.kind = LockKind::passphrase,
                .id = recipient.id(),
                .salt = recipient.salt,
                .cost = recipient.cost,
                .box = {}};
  lock.nonce.resize(crypto_secretbox_xchacha20poly1305_NONCEBYTES);
  randombytes_buf(lock.nonce.data(), lock.nonce.size());
  lock.box.resize(crypto_secretbox_xchacha20poly1305_MACBYTES + StreamKey::k_bytes);
  CHECK(crypto_secretbox_xchacha20poly1305_easy(bytes_of(lock.box), key.data(), key.size(),
                                                bytes_of(lock.nonce), recipient.key.data()) == 0);
  return lock;
}

bool unlock(const SealLock& lock, const SecretSealKey& with, StreamKey& key) {
  const PublicSealKey half = with.public_key();
  return crypto_box_seal_open(key.data(), bytes_of(lock.box), lock.box.size(), half.data(),
                              with.data()) == 0;
}

bool unlock(const SealLock& lock, const PassphraseKey& with, StreamKey& key) {
  return crypto_secretbox_xchacha20poly1305_open_easy(key.data(), bytes_of(lock.box),
                                                      lock.box.size(), bytes_of(lock.nonce),
                                                      with.key.data()) == 0;
}

Error damaged(const std::string& name) {
  return {.code = Code::verification_failed,
          .message = name + " is damaged: the lock that a key here fits cannot be opened with it.",
          .kind = "backup_damaged"};
}

Error no_key(const SealHeader& header, const std::string& name, bool has_some) {
  return {.code = Code::wrong_key,
          .message = name + " is sealed for " + shown_locks(header) + "; " +
                     (has_some ? "what was given here does not open it."
                               : "no key and no passphrase was given here."),
          .kind = "wrong_backup_key",
          .hint =
              "name the file of its secret key with --key-file, or give the passphrase in "
              "KONTOR_BACKUP_PASSPHRASE_FILE"};
}

}  // namespace

std::string PassphraseKey::id() const {
  constexpr std::string_view purpose = "kontor: to know the passphrase again";
  std::array<unsigned char, crypto_generichash_BYTES> digest{};
  CHECK(crypto_generichash(digest.data(), digest.size(), bytes_of(purpose), purpose.size(),
                           key.data(), key.size()) == 0);
  return {reinterpret_cast<const char*>(digest.data()), k_seal_id_bytes};
}

Result<PassphraseKey> derive_key(std::string_view passphrase, std::string_view salt,
                                 const PassphraseCost& cost) {
  CHECK(sodium_init() >= 0 && salt.size() == k_salt_bytes);
  PassphraseKey derived{.salt = std::string(salt), .cost = cost, .key = {}};
  std::string typed = nfc(passphrase);
  const int failed = crypto_pwhash(
      derived.key.data(), derived.key.size(), typed.data(), typed.size(), bytes_of(salt),
      static_cast<unsigned long long>(cost.passes),
      static_cast<std::size_t>(cost.memory_kib) * k_kib, crypto_pwhash_ALG_ARGON2ID13);
  sodium_memzero(typed.data(), typed.size());
  if (failed == 0) return derived;
  return Error{.code = Code::unavailable,
               .message = "There is not enough memory to make a key of the passphrase: it takes " +
                          std::to_string(cost.memory_kib) + " KiB.",
               .hint = "give the program more memory"};
}

std::string make_salt() {
  CHECK(sodium_init() >= 0);
  std::string salt(k_salt_bytes, '\0');
  randombytes_buf(salt.data(), salt.size());
  return salt;
}

std::vector<SealLock> lock_for(const Recipients& recipients, const StreamKey& key) {
  CHECK(sodium_init() >= 0);
  std::vector<SealLock> locks;
  locks.reserve(recipients.count());
  for (const PublicSealKey& recipient : recipients.keys) locks.push_back(lock_for(recipient, key));
  if (recipients.passphrase) locks.push_back(lock_for(*recipients.passphrase, key));
  return locks;
}

struct Keyring::State {
  ~State() {
    for (std::string& passphrase : passphrases_)
      sodium_memzero(passphrase.data(), passphrase.size());
  }

  Result<std::optional<StreamKey>> open_with_key(const SealLock& lock, const std::string& name) {
    StreamKey key;
    bool fits = false;
    for (const SecretSealKey& mine : keys_) {
      if (mine.public_key().id() != lock.id) continue;
      if (unlock(lock, mine, key)) return std::optional(key);
      fits = true;
    }
    if (fits) return damaged(name);
    return std::optional<StreamKey>();
  }

  // One passphrase after the other: each costs the work of argon2id.
  Result<std::optional<StreamKey>> open_with_passphrase(const SealLock& lock,
                                                        const std::string& name) {
    StreamKey key;
    for (std::size_t i = 0; i < passphrases_.size(); ++i) {
      const PassphraseKey mine = TRY(derived(i, lock.salt, lock.cost));
      if (mine.id() != lock.id) continue;
      if (unlock(lock, mine, key)) return std::optional(key);
      return damaged(name);
    }
    return std::optional<StreamKey>();
  }

  // What the passphrase of this place comes to with this salt.
  Result<PassphraseKey> derived(std::size_t place, const std::string& salt,
                                const PassphraseCost& cost) {
    for (const Derivation& known : derived_) {
      if (known.place == place && known.key.salt == salt && known.key.cost == cost)
        return known.key;
    }
    if (derived_.size() >= k_most_derived) derived_.clear();
    PassphraseKey key = TRY(derive_key(passphrases_[place], salt, cost));
    derived_.push_back({.place = place, .key = key});
    return key;
  }

  struct Derivation {
    std::size_t place = 0;  // of the passphrase
    PassphraseKey key;
  };

  struct Known {
    SealHeader header;
    StreamKey key;
  };

  std::mutex mutex_;
  std::vector<SecretSealKey> keys_;
  std::vector<std::string> passphrases_;
  std::vector<Derivation> derived_;
  std::vector<Known> streams_;
};

Keyring::Keyring() : state_(std::make_shared<State>()) { CHECK(sodium_init() >= 0); }

void Keyring::add(const SecretSealKey& key) {
  const std::lock_guard lock(state_->mutex_);
  state_->keys_.push_back(key);
}

void Keyring::add_passphrase(std::string passphrase) {
  const std::lock_guard lock(state_->mutex_);
  state_->passphrases_.push_back(std::move(passphrase));
  state_->derived_.clear();
}

void Keyring::add_stream(const SealHeader& header, const StreamKey& key) {
  const std::lock_guard lock(state_->mutex_);
  state_->streams_.push_back({.header = header, .key = key});
}

bool Keyring::empty() const {
  const std::lock_guard lock(state_->mutex_);
  return state_->keys_.empty() && state_->passphrases_.empty() && state_->streams_.empty();
}

std::vector<std::string> Keyring::key_ids() const {
  const std::lock_guard lock(state_->mutex_);
  std::vector<std::string> ids;
  ids.reserve(state_->keys_.size());
  for (const SecretSealKey& key : state_->keys_) ids.push_back(key.public_key().id());
  return ids;
}

Result<std::optional<PassphraseKey>> Keyring::first_passphrase(const std::string& salt) const {
  const std::lock_guard lock(state_->mutex_);
  if (state_->passphrases_.empty()) return std::optional<PassphraseKey>();
  return std::optional(TRY(state_->derived(0, salt, {})));
}

Result<StreamKey> Keyring::open(const SealHeader& header, const std::string& name) const {
  const bool has_some = !empty();
  const std::lock_guard lock(state_->mutex_);
  for (const State::Known& known : state_->streams_) {
    if (known.header == header) return known.key;
  }
  for (const SealLock& sealed : header.locks) {
    auto key = TRY(sealed.kind == LockKind::key ? state_->open_with_key(sealed, name)
                                                : state_->open_with_passphrase(sealed, name));
    if (key) return *key;
  }
  return no_key(header, name, has_some);
}

}  // namespace kontor::backup
