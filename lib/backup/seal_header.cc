#include "backup/seal_header.h"

#include <algorithm>

#include "base/big_endian.h"
#include "base/check.h"
#include "base/seal_key.h"

namespace kontor::backup {
namespace {

constexpr std::size_t k_key_box_bytes = 80;
constexpr std::size_t k_passphrase_box_bytes = 48;
constexpr std::size_t k_salt_bytes = 16;
constexpr std::size_t k_nonce_bytes = 24;
constexpr std::size_t k_stream_bytes = 24;

void put_number(std::string& out, std::uint64_t number, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(number >> static_cast<unsigned>(shift) & 0xffU));
  }
}

// Takes from the front; after a failure everything is empty.
class Taking {
 public:
  explicit Taking(std::string_view bytes) : bytes_(bytes) {}

  std::string_view take(std::size_t count) {
    if (count > bytes_.size()) failed_ = true;
    if (failed_) return {};
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }
  std::uint64_t number(std::size_t count) { return big_endian(take(count)); }
  bool is_done() const { return !failed_ && bytes_.empty(); }
  bool failed() const { return failed_; }

 private:
  std::string_view bytes_;
  bool failed_ = false;
};

void put_lock(std::string& out, const SealLock& lock) {
  put_number(out, static_cast<std::uint64_t>(lock.kind), 1);
  out += lock.id;
  if (lock.kind == LockKind::passphrase) {
    out += lock.salt;
    put_number(out, static_cast<std::uint64_t>(lock.cost.passes), 4);
    put_number(out, static_cast<std::uint64_t>(lock.cost.memory_kib), 4);
    out += lock.nonce;
  }
  out += lock.box;
}

bool is_bearable(const PassphraseCost& cost) {
  return cost.passes >= 1 && cost.passes <= k_most_cost.passes && cost.memory_kib >= 8 &&
         cost.memory_kib <= k_most_cost.memory_kib;
}

std::optional<SealLock> take_lock(Taking& bytes) {
  const std::uint64_t kind = bytes.number(1);
  if (kind != 1 && kind != 2) return std::nullopt;
  SealLock lock{.kind = static_cast<LockKind>(kind), .id = {}, .box = {}};
  lock.id = bytes.take(k_seal_id_bytes);
  if (lock.kind == LockKind::passphrase) {
    lock.salt = bytes.take(k_salt_bytes);
    lock.cost.passes = static_cast<std::int64_t>(bytes.number(4));
    lock.cost.memory_kib = static_cast<std::int64_t>(bytes.number(4));
    lock.nonce = bytes.take(k_nonce_bytes);
    if (!is_bearable(lock.cost)) return std::nullopt;
  }
  lock.box = bytes.take(lock.kind == LockKind::key ? k_key_box_bytes : k_passphrase_box_bytes);
  if (bytes.failed()) return std::nullopt;
  return lock;
}

bool is_purpose(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

bool is_sealed(std::string_view beginning) { return beginning.starts_with(k_seal_magic); }

std::string to_bytes(const SealHeader& header) {
  CHECK(is_purpose(header.purpose) && header.purpose.size() < 256);
  CHECK(!header.locks.empty() && header.locks.size() <= k_most_locks);
  std::string body;
  put_number(body, header.purpose.size(), 1);
  body += header.purpose;
  put_number(body, header.locks.size(), 1);
  for (const SealLock& lock : header.locks) put_lock(body, lock);
  body += header.stream;
  std::string bytes(k_seal_magic);
  put_number(bytes, k_seal_prefix_bytes + body.size(), 2);
  return bytes += body;
}

std::optional<std::size_t> seal_header_bytes(std::string_view prefix) {
  if (prefix.size() < k_seal_prefix_bytes || !is_sealed(prefix)) return std::nullopt;
  const std::uint64_t bytes = big_endian(prefix.substr(k_seal_magic.size(), 2));
  if (bytes <= k_seal_prefix_bytes || bytes > k_most_seal_header_bytes) return std::nullopt;
  return static_cast<std::size_t>(bytes);
}

std::optional<SealHeader> parse_seal_header(std::string_view bytes) {
  if (seal_header_bytes(bytes) != bytes.size()) return std::nullopt;
  Taking rest(bytes.substr(k_seal_prefix_bytes));
  SealHeader header;
  header.purpose = rest.take(static_cast<std::size_t>(rest.number(1)));
  const std::uint64_t locks = rest.number(1);
  if (!is_purpose(header.purpose) || locks == 0 || locks > k_most_locks) return std::nullopt;
  for (std::uint64_t i = 0; i < locks; ++i) {
    auto lock = take_lock(rest);
    if (!lock) return std::nullopt;
    header.locks.push_back(*std::move(lock));
  }
  header.stream = rest.take(k_stream_bytes);
  const auto passphrases =
      std::count_if(header.locks.begin(), header.locks.end(),
                    [](const SealLock& lock) { return lock.kind == LockKind::passphrase; });
  if (passphrases > 1 || !rest.is_done()) return std::nullopt;
  return header;
}

std::string shown_lock(const SealLock& lock) {
  const std::string id = shown_seal_id(lock.id);
  return lock.kind == LockKind::key ? "key " + id : "a passphrase (" + id + ")";
}

std::string shown_locks(const SealHeader& header) {
  std::string text;
  for (const SealLock& lock : header.locks) text += (text.empty() ? "" : ", ") + shown_lock(lock);
  return text;
}

}  // namespace kontor::backup
