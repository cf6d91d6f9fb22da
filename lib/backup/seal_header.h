// The beginning of a sealed stream: what kind of thing it is, and its key, locked once for each who
// may open it. Bytes to values and back; what is secret in it is opened elsewhere (seal_keyring.h).
//
//   "KONTOR SEALED 1\n"  16 bytes
//   length               2 bytes, of the header from its first byte to its last
//   purpose              1 byte of length, then small letters: "backup", "segment"
//   locks                1 byte of number, then each (a passphrase at most once):
//     1 (X25519)         1 byte, 8 of the key's id, 80 of the sealed box
//     2 (passphrase)     1 byte, 8 of the id, 16 of salt, 4 of passes, 4 of memory in KiB,
//                        24 of nonce, 48 of the box
//   stream               24 bytes, the header of libsodium's secretstream
//
// Numbers have their highest byte first. There is one way to write a header: what parses is written
// back as it was.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kontor::backup {

inline constexpr std::string_view k_seal_magic = "KONTOR SEALED 1\n";
// Magic and length: what must be read before it is known how long the header is.
inline constexpr std::size_t k_seal_prefix_bytes = 18;
// Opening tries each lock at worst; a firm has a few keys, and those that it goes over to.
inline constexpr std::size_t k_most_locks = 32;
inline constexpr std::size_t k_most_seal_header_bytes = 8 * 1024;

enum class LockKind : std::uint8_t { key = 1, passphrase = 2 };

// What argon2id takes to make a key of a passphrase. A header may ask for so much at most, and for
// one passphrase: whoever can put a file into the folder must not keep the server busy with it.
struct PassphraseCost {
  std::int64_t passes = 3;
  std::int64_t memory_kib = 64LL * 1024;  // RFC 9106 section 4, its choice for little memory
  bool operator==(const PassphraseCost&) const = default;
};
inline constexpr PassphraseCost k_most_cost = {.passes = 8, .memory_kib = 256LL * 1024};

struct SealLock {
  LockKind kind = LockKind::key;
  std::string id;            // base/seal_key.h
  std::string salt = {};     // passphrase
  PassphraseCost cost = {};  // passphrase
  std::string nonce = {};    // passphrase
  std::string box;           // the stream's key
  bool operator==(const SealLock&) const = default;
};

struct SealHeader {
  std::string purpose;
  std::vector<SealLock> locks;
  std::string stream;
  bool operator==(const SealHeader&) const = default;
};

bool is_sealed(std::string_view beginning);

std::string to_bytes(const SealHeader& header);

// The length of the header that begins with these k_seal_prefix_bytes; nullopt: there is none, or
// it is longer than any.
std::optional<std::size_t> seal_header_bytes(std::string_view prefix);

// All of a header's bytes; nullopt: something in them cannot be.
std::optional<SealHeader> parse_seal_header(std::string_view bytes);

// "key 0123456789abcdef", "a passphrase (0123456789abcdef)".
std::string shown_lock(const SealLock& lock);
// The same of all, parted by commas.
std::string shown_locks(const SealHeader& header);

}  // namespace kontor::backup
