#include "base/sealed.h"

#include <sodium.h>

#include <algorithm>
#include <span>

#include "base/check.h"

namespace kontor {
namespace {

// The form of what is sealed, should another one ever follow.
constexpr char k_form = 1;
constexpr std::size_t k_nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t k_tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t k_head_bytes = 1 + k_nonce_bytes;
constexpr std::size_t k_check_bytes = 16;

static_assert(SecretKey::k_bytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text, std::size_t from = 0) {
  return reinterpret_cast<unsigned char*>(text.data()) + from;
}

Error not_opened() {
  return {.code = Code::wrong_key,
          .message = "A secret in the database was sealed with another master key, or was changed.",
          .hint = "put back the master.key that belongs to this database"};
}

}  // namespace

SecretKey::SecretKey(std::string_view bytes) {
  CHECK(bytes.size() == k_bytes);
  CHECK(sodium_init() >= 0);  // chooses the fastest code once; any number of times, any thread
  std::copy(bytes.begin(), bytes.end(), bytes_.begin());
}

SecretKey::~SecretKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

SecretKey SecretKey::derive(std::string_view purpose) const {
  std::string derived(k_bytes, '\0');
  CHECK(crypto_generichash(bytes_of(derived), derived.size(), bytes_of(purpose), purpose.size(),
                           bytes_.data(), bytes_.size()) == 0);
  SecretKey key(derived);
  sodium_memzero(derived.data(), derived.size());
  return key;
}

std::string SecretKey::seal(std::string_view plain, std::string_view bound_to,
                            Random& random) const {
  std::string sealed(k_head_bytes + plain.size() + k_tag_bytes, '\0');
  sealed[0] = k_form;
  random.fill(std::as_writable_bytes(std::span(sealed)).subspan(1, k_nonce_bytes));
  CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(
            bytes_of(sealed, k_head_bytes), nullptr, bytes_of(plain), plain.size(),
            bytes_of(bound_to), bound_to.size(), nullptr, bytes_of(sealed, 1), bytes_.data()) == 0);
  return sealed;
}

Result<std::string> SecretKey::open(std::string_view sealed, std::string_view bound_to) const {
  if (sealed.size() < k_head_bytes + k_tag_bytes || sealed[0] != k_form) return not_opened();
  std::string plain(sealed.size() - k_head_bytes - k_tag_bytes, '\0');
  const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
      bytes_of(plain), nullptr, nullptr, bytes_of(sealed.substr(k_head_bytes)),
      sealed.size() - k_head_bytes, bytes_of(bound_to), bound_to.size(), bytes_of(sealed.substr(1)),
      bytes_.data());
  if (opened != 0) return not_opened();
  return plain;
}

std::string SecretKey::check_value() const {
  const SecretKey key = derive("kontor: to know the key again");
  std::string text(k_check_bytes * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), key.bytes_.data(), k_check_bytes);
  text.pop_back();
  return text;
}

}  // namespace kontor
