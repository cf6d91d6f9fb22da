// The audit trail as a list: who did what, when, from where.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "base/uuid.h"
#include "store/transaction.h"

namespace kontor::crm {

// What is not given does not filter.
struct AuditQuery {
  int limit = limits::page_default;
  std::int64_t before_seq = INT64_MAX;  // go on before this row
  std::optional<std::int64_t> since_ms{};
  std::optional<std::int64_t> until_ms{};  // rows before it
  // An e-mail address, the id of a user, or "program" for what no user did.
  std::string user{};
  std::string collection{};
  std::string action{};
  std::optional<Uuid> record{};
};

// Newest first: {"data":[…],"count":…,"has_more":…,"next_cursor":…}. A row has `diff` (a change:
// what each field was and became) or `detail` (an event); both are null where the content was
// erased. Code::invalid (kind no_such_user) names a user that does not exist.
Result<std::string> list_audit(store::ReadTx& tx, const AuditQuery& query);

// An instant of RFC 3339, or a day: its beginning in UTC.
std::optional<std::int64_t> parse_moment(std::string_view text);

}  // namespace kontor::crm
