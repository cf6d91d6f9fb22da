#include "crm/accounts/authenticator.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

#include "base/api_token_text.h"
#include "base/limits.h"

namespace kontor::crm {
namespace {

// One for all reasons: it does not tell a token that was right once from one that never was.
Error refused() {
  return {.code = Code::unauthenticated, .message = "The session or token opens nothing here."};
}

void raise(std::atomic<std::int64_t>& value, std::int64_t to) {
  std::int64_t now = value.load(std::memory_order_relaxed);
  while (now < to && !value.compare_exchange_weak(now, to, std::memory_order_relaxed)) {
  }
}

// Columns are named by us, never by a caller.
constexpr std::string_view k_session_seen =
    "UPDATE sessions SET seen_at = max(seen_at, ?) WHERE id = ?";
constexpr std::string_view k_token_seen =
    "UPDATE api_tokens SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ?";

}  // namespace

struct Authenticator::Entry {
  std::uint64_t generation = 0;  // of the store, before it was read
  std::shared_ptr<const Principal> principal;
  std::int64_t ends_at_ms = 0;
  std::int64_t idle_ms = 0;
  std::function<bool(std::string_view)> allows;
  std::atomic<std::int64_t> seen_ms = 0;
  std::atomic<std::int64_t> written_ms = 0;  // the seen_ms that is in the database, or on its way
  std::atomic<bool> has_ended = false;       // for good, though the clock go back

  bool holds(std::int64_t now_ms) const {
    return now_ms < ends_at_ms && (idle_ms == 0 || now_ms - seen_ms < idle_ms);
  }
};

std::size_t Authenticator::FirstBytes::operator()(const Sha256& digest) const {
  std::size_t value = 0;
  std::memcpy(&value, digest.data(), sizeof(value));
  return value;
}

Authenticator::Authenticator(store::Store& store, const Sessions& sessions, FindToken find_token,
                             const Clock& clock)
    : store_(store), sessions_(sessions), find_token_(std::move(find_token)), clock_(clock) {}

Authenticator::~Authenticator() = default;

Result<std::shared_ptr<const Principal>> Authenticator::session(std::string_view token,
                                                                std::string_view address) {
  return look_up(token, address, Principal::Kind::session);
}

Result<std::shared_ptr<const Principal>> Authenticator::api_token(std::string_view token,
                                                                  std::string_view address) {
  if (!parse_api_token(token)) return refused();  // made up or mistyped: costs no look-up
  return look_up(token, address, Principal::Kind::token);
}

Result<std::shared_ptr<const Principal>> Authenticator::look_up(std::string_view token,
                                                                std::string_view address,
                                                                Principal::Kind kind) {
  const std::int64_t now_ms = clock_.now_ms();
  const Sha256 digest = sha256(token);
  std::shared_ptr<Entry> entry = cached(digest);
  if (entry == nullptr || entry->generation != store_.generation())
    entry = TRY(load(digest, kind, now_ms, entry));
  if (entry == nullptr || entry->principal->kind != kind) return refused();
  if (!entry->holds(now_ms)) entry->has_ended = true;
  if (entry->has_ended) return refused();
  if (entry->allows && !entry->allows(address)) return refused();
  note_use(*entry, now_ms);
  return entry->principal;
}

std::shared_ptr<Authenticator::Entry> Authenticator::cached(const Sha256& digest) const {
  const std::shared_lock lock(mutex_);
  const auto found = entries_.find(digest);
  return found == entries_.end() ? nullptr : found->second;
}

// What was seen of it since `before` was read may not be in the database yet.
Result<std::shared_ptr<Authenticator::Entry>> Authenticator::load(
    const Sha256& digest, Principal::Kind kind, std::int64_t now_ms,
    const std::shared_ptr<Entry>& before) {
  auto entry = std::make_shared<Entry>();
  entry->generation = store_.generation();
  auto found = TRY(store_.read([&](store::ReadTx& tx) -> Result<std::optional<Credential>> {
    if (kind == Principal::Kind::session) return sessions_.find(tx, digest, now_ms);
    return find_token_ ? find_token_(tx, digest, now_ms) : std::nullopt;
  }));
  if (!found) {
    forget(digest);
    return std::shared_ptr<Entry>();
  }
  entry->principal = std::make_shared<const Principal>(std::move(found->principal));
  entry->ends_at_ms = found->ends_at_ms;
  entry->idle_ms = found->idle_ms;
  entry->allows = std::move(found->allows);
  entry->seen_ms = found->seen_at_ms;
  entry->written_ms = found->seen_at_ms;
  if (before != nullptr) raise(entry->seen_ms, before->seen_ms);
  if (before != nullptr) raise(entry->written_ms, before->written_ms);
  if (before != nullptr) entry->has_ended = before->has_ended.load();
  keep(digest, entry);
  return entry;
}

void Authenticator::keep(const Sha256& digest, std::shared_ptr<Entry> entry) {
  const std::unique_lock lock(mutex_);
  if (entries_.size() >= limits::cached_credentials) entries_.clear();
  entries_[digest] = std::move(entry);
}

void Authenticator::forget(const Sha256& digest) {
  const std::unique_lock lock(mutex_);
  entries_.erase(digest);
}

// Once a minute it is written, by whoever comes first; nobody waits for it.
void Authenticator::note_use(Entry& entry, std::int64_t now_ms) {
  raise(entry.seen_ms, now_ms);
  std::int64_t written = entry.written_ms.load(std::memory_order_relaxed);
  if (now_ms - written < limits::seen_write_ms) return;
  if (!entry.written_ms.compare_exchange_strong(written, now_ms)) return;
  const bool is_session = entry.principal->kind == Principal::Kind::session;
  const std::int64_t id = entry.principal->credential_id;
  [[maybe_unused]] const Result<void> queued = store_.write_later(
      [is_session, id, now_ms](store::WriteTx& tx) -> Result<bool> {
        tx.prepare(is_session ? k_session_seen : k_token_seen).with(now_ms, id).run();
        return true;
      },
      [](const Result<bool>&) {});
}

}  // namespace kontor::crm
