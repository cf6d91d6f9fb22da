#include "crm/audit/chain.h"

#include <algorithm>
#include <string>

#include "base/check.h"

namespace kontor::crm {
namespace {

void add(std::string& out, std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(bits >> shift));
}

void add(std::string& out, std::string_view text) {
  add(out, static_cast<std::int64_t>(text.size()));
  out.append(text);
}

}  // namespace

Sha256 content_digest(std::string_view salt, std::string_view content) {
  std::string bytes;
  bytes.reserve(salt.size() + content.size());
  bytes.append(salt).append(content);
  return sha256(bytes);
}

Sha256 row_hash(const Sha256& previous, const AuditRow& row) {
  std::string bytes;
  bytes.reserve(320);
  bytes.append(bytes_of(previous));
  add(bytes, row.seq);
  add(bytes, row.at_ms);
  bytes.push_back(row.actor_id ? 1 : 0);
  add(bytes, row.actor_id.value_or(0));
  add(bytes, row.collection);
  bytes.append(row.record);
  add(bytes, row.action);
  add(bytes, row.version);
  add(bytes, row.request_id);
  add(bytes, row.via);
  add(bytes, row.address);
  bytes.append(row.digest);
  return sha256(bytes);
}

std::string_view bytes_of(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Sha256 digest_from(std::string_view bytes) {
  Sha256 digest{};
  CHECK(bytes.size() == digest.size());
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

}  // namespace kontor::crm
