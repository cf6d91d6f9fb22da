// The one condition that decides which rows someone sees or may change. Every statement that reads
// records for a caller carries it; there is no other place where a right becomes SQL.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crm/access/principal.h"
#include "model/entity.h"

namespace kontor::crm {

struct RowPredicate {
  std::string sql;                       // a condition to be joined by AND; empty: every row
  std::vector<std::int64_t> parameters;  // in the order of its marks

  bool is_open() const { return sql.empty(); }
};

// Rows of `entity`, known as `alias` in the statement, for which the caller's right `act` holds. No
// right at all gives a condition that is never true.
RowPredicate rows_within(const Principal& principal, const model::Entity& entity, Act act,
                         std::string_view alias = "t");

// The same for one row that was read already. `holder_id` is the row's column of that name.
bool reaches(const Principal& principal, const model::Entity& entity, Act act,
             std::optional<std::int64_t> holder_id);

// Code::forbidden when the caller has the right for no row of the collection.
Result<void> require(const Principal& principal, const model::Entity& entity, Act act);

}  // namespace kontor::crm
