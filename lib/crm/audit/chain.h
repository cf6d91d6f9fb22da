// The chain of the audit trail: what is hashed of a row, and how.
//
// digest = SHA-256(salt || content), hash = SHA-256(hash of the row before || bytes of the row).
// The bytes of a row are, in this order: seq, at, actor, collection, record, action, version,
// request id, via, address, digest. An integer is 8 bytes, most significant first; a text its
// length as such an integer, then its bytes; an actor one byte, 1 or 0, then its row id or 0;
// record and digest are 16 and 32 bytes as they are. Before the first row stand 32 zero bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/sha256.h"

namespace kontor::crm {

// A row of `changes` as it is hashed. The views must outlive it.
struct AuditRow {
  std::int64_t seq = 0;
  std::int64_t at_ms = 0;
  std::optional<std::int64_t> actor_id{};
  std::string_view collection;
  std::string_view record;  // 16 bytes
  std::string_view action;
  std::int64_t version = 0;
  std::string_view request_id;
  std::string_view via;
  std::string_view address;
  std::string_view digest;  // 32 bytes
};

// Where a chain ends: the row, and its hash.
struct AuditHead {
  std::int64_t seq = 0;
  Sha256 hash{};
  bool operator==(const AuditHead&) const = default;
};

Sha256 content_digest(std::string_view salt, std::string_view content);
Sha256 row_hash(const Sha256& previous, const AuditRow& row);

// A digest as the bytes that a column holds, and back. `bytes` must be 32.
std::string_view bytes_of(const Sha256& digest);
Sha256 digest_from(std::string_view bytes);

}  // namespace kontor::crm
