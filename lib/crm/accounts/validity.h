// What goes on after its request, as a stream of events does: is its caller still who she was?
#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_set>

#include "base/clock.h"
#include "crm/access/principal.h"
#include "crm/accounts/account_settings.h"
#include "store/store.h"

namespace kontor::crm {

// Thread-safe. All that it is given must outlive it.
class Validity {
 public:
  Validity(store::Store& store, const SessionRules& rules, const Clock& clock)
      : store_(store), rules_(rules), clock_(clock) {}

  // Does the session or token of `who` count still, and are her roles and peers what they were? Of
  // the program itself: always. What was found is remembered until something about accounts
  // changes, for a minute at most, so it may be asked before every event.
  bool holds(const Principal& who);

 private:
  bool look_up(const Principal& who, std::int64_t now_ms) const;

  store::Store& store_;
  const SessionRules rules_;
  const Clock& clock_;
  std::mutex mutex_;
  std::uint64_t generation_ = 0;  // of the store, when the first of these was found
  std::int64_t since_ms_ = 0;
  std::unordered_set<std::int64_t> known_;  // ids of sessions, and negative ones of tokens
};

}  // namespace kontor::crm
