// Passwords as argon2id hashes (RFC 9106) in PHC text: "$argon2id$v=19$m=47104,t=1,p=1$…$…".
// Of a password in normalization form C (nfc.h), so that it may be typed on another keyboard; bytes
// that are no UTF-8 as they are. Computed by libsodium, which knows one lane only (p=1). Each takes
// tens of milliseconds and the memory of its cost: never on the writer's thread, and never more
// than a few at a time (crm/accounts/password_hasher.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kontor {

// OWASP's floors are 47,104 KiB with one pass or 19,456 KiB with two.
struct PasswordCost {
  std::int64_t memory_kib = 47'104;
  std::int64_t passes = 1;
  bool operator==(const PasswordCost&) const = default;
};

// With a salt of its own from the kernel. Code::unavailable if there is no memory for it.
Result<std::string> hash_password(std::string_view password, const PasswordCost& cost);

// False also for a hash that is none, that asks for more than limits::password_memory_kib, or for
// whose check there is no memory.
bool verify_password(std::string_view password, const std::string& hash);

// Was it made with less memory or fewer passes than `cost` asks for, or is it none of ours?
bool needs_rehash(const std::string& hash, const PasswordCost& cost);

}  // namespace kontor
