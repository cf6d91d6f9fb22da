// The trail of changes: one record's history, and what happened since a given change.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crm/context.h"
#include "store/transaction.h"

namespace kontor::crm {

struct Change {
  std::int64_t seq = 0;
  std::string collection;
  std::string json;  // {"seq","at","collection","id","action","version","diff",…}
};

// Newest first, {"data":[…],"has_more":…,"next_cursor":…}; Code::not_found if no such record.
Result<std::string> history(store::ReadTx& tx, const Uuid& id, int limit, std::int64_t before_seq);

// At most `limit` changes with seq > `since`, oldest first; `topics` empty: all collections.
std::vector<Change> changes_since(store::ReadTx& tx, std::int64_t since, int limit,
                                  const std::vector<std::string>& topics);
// Numbers of the trail's first and last row, events among them; 0: there is none.
std::int64_t first_change(store::ReadTx& tx);
std::int64_t last_change(store::ReadTx& tx);

}  // namespace kontor::crm
