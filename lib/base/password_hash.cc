#include "base/password_hash.h"

#include <sodium.h>

#include <array>
#include <charconv>
#include <optional>

#include "base/check.h"
#include "base/limits.h"
#include "base/nfc.h"

namespace kontor {
namespace {

constexpr std::string_view k_prefix = "$argon2id$v=19$m=";
constexpr std::size_t k_kib = 1024;

// Chooses the fastest code for this processor; the first call of any thread does it.
void prepare() {
  static const int k_prepared = sodium_init();
  CHECK(k_prepared >= 0);
}

bool read_number(std::string_view& text, std::int64_t& number) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

// The cost that a hash was made with; nullopt if it is none of ours.
std::optional<PasswordCost> cost_of(std::string_view hash) {
  if (!hash.starts_with(k_prefix)) return std::nullopt;
  hash.remove_prefix(k_prefix.size());
  PasswordCost cost;
  if (!read_number(hash, cost.memory_kib) || !hash.starts_with(",t=")) return std::nullopt;
  hash.remove_prefix(3);
  if (!read_number(hash, cost.passes) || !hash.starts_with(",p=1$")) return std::nullopt;
  return cost;
}

}  // namespace

Result<std::string> hash_password(std::string_view given, const PasswordCost& cost) {
  prepare();
  const std::string password = nfc(given);
  std::array<char, crypto_pwhash_STRBYTES> text{};
  const int failed = crypto_pwhash_str_alg(
      text.data(), password.data(), password.size(), static_cast<unsigned long long>(cost.passes),
      static_cast<std::size_t>(cost.memory_kib) * k_kib, crypto_pwhash_ALG_ARGON2ID13);
  if (failed == 0) return std::string(text.data());
  return Error{.code = Code::unavailable,
               .message = "There is not enough memory to hash a password.",
               .hint = "give the program more memory, or lower password_memory_kib"};
}

bool verify_password(std::string_view given, const std::string& hash) {
  prepare();
  const std::string password = nfc(given);
  const auto cost = cost_of(hash);
  if (!cost || cost->memory_kib > limits::password_memory_kib) return false;
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool needs_rehash(const std::string& hash, const PasswordCost& cost) {
  const auto made_with = cost_of(hash);
  return !made_with || made_with->memory_kib < cost.memory_kib || made_with->passes < cost.passes;
}

}  // namespace kontor
