// The trail of changes: one record's history, and what happened since a given change.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crm/access/principal.h"
#include "crm/context.h"
#include "model/entity.h"
#include "store/transaction.h"

namespace kontor::crm {

struct Change {
  std::int64_t seq = 0;
  std::string collection;
  std::string json;  // {"seq","at","collection","id","action","version","diff",…}
  // Whose the record is now, if that was asked for.
  std::optional<std::int64_t> holder_id = {};
};

// Newest first, {"data":[…],"has_more":…,"next_cursor":…}; without what the caller's rights hide.
// Code::not_found: there is no such record of the collection that she may see, in the trash or not.
Result<std::string> history(store::ReadTx& tx, const Principal& principal,
                            const model::Entity& entity, const Uuid& id, int limit,
                            std::int64_t before_seq);

struct ChangePage {
  std::vector<Change> changes{};
  std::int64_t next_since = 0;
  bool has_more = false;
};

// At most `limit` changes with seq > `since`, oldest first, of records that the caller may see now;
// `topics` empty: of all collections. A caller who does not see all may get fewer, even none, and
// still be told that there is more: one call looks at limits::changes_looked_at changes at most.
ChangePage changes_since(store::ReadTx& tx, const Principal& principal, std::int64_t since,
                         int limit, const std::vector<std::string>& topics);

// Whoever sees what, for who decides that himself: by the holder, if `with_holders`.
std::vector<Change> every_change_since(store::ReadTx& tx, std::int64_t since, int limit,
                                       const std::vector<std::string>& topics,
                                       bool with_holders = false);
// Numbers of the trail's first and last row, events among them; 0: there is none.
std::int64_t first_change(store::ReadTx& tx);
std::int64_t last_change(store::ReadTx& tx);

}  // namespace kontor::crm
