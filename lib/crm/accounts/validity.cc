#include "crm/accounts/validity.h"

#include "base/limits.h"
#include "crm/accounts/user_principal.h"

namespace kontor::crm {
namespace {

constexpr std::string_view k_session = "SELECT epoch FROM sessions WHERE id = ? AND created_at > ?";
constexpr std::string_view k_token =
    "SELECT epoch FROM api_tokens WHERE id = ? AND revoked_at IS NULL AND expires_at > ?";

bool is_session(const Principal& who) { return who.kind == Principal::Kind::session; }

}  // namespace

bool Validity::holds(const Principal& who) {
  if (who.kind == Principal::Kind::program) return true;
  const std::int64_t now_ms = clock_.now_ms();
  const std::int64_t key = is_session(who) ? who.credential_id : -who.credential_id;
  const std::uint64_t generation = store_.generation();
  {
    const std::lock_guard lock(mutex_);
    if (generation != generation_ || now_ms - since_ms_ >= limits::seen_write_ms) known_.clear();
    if (known_.empty()) since_ms_ = now_ms;
    generation_ = generation;
    if (known_.contains(key)) return true;
  }
  if (!look_up(who, now_ms)) return false;
  const std::lock_guard lock(mutex_);
  if (generation == generation_) known_.insert(key);
  return true;
}

bool Validity::look_up(const Principal& who, std::int64_t now_ms) const {
  const auto found = store_.read([&](store::ReadTx& tx) -> Result<bool> {
    std::int64_t epoch = 0;
    {
      store::Statement row = tx.prepare(is_session(who) ? k_session : k_token);
      row.with(who.credential_id, is_session(who) ? now_ms - rules_.absolute_ms : now_ms);
      if (!row.step()) return false;
      epoch = row.integer(0);
    }
    const auto now = user_principal(tx, who.user_id, epoch);
    return now && now->roles == who.roles && now->peers == who.peers &&
           (!is_session(who) || now->rights == who.rights);
  });
  return found.ok() && *found;
}

}  // namespace kontor::crm
