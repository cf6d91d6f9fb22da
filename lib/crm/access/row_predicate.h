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
  std::vector<std::int64_t> parameters;  // in the order of its marks: the holders within reach

  bool is_open() const { return sql.empty(); }
  // " AND condition" for the end of a WHERE, or nothing.
  std::string and_sql() const { return is_open() ? std::string() : " AND " + sql; }
};

// How far the caller's right goes. What she cannot see she cannot change, delete, assign or export
// either, whatever her rights say; to make records, or to bring them in, she need see none.
Reach reach_of(const Principal& principal, const model::Entity& entity, Act act);

// Rows of `entity`, known as `alias` in the statement, within that reach. No right at all gives a
// condition that is never true.
RowPredicate rows_within(const Principal& principal, const model::Entity& entity, Act act,
                         std::string_view alias = "t");

// The condition for the rows of one holder, its only mark. For statements that put together the
// rows of each of RowPredicate::parameters.
std::string held_by_one(std::string_view alias);

// The same for one row that was read already. `holder_id` is the row's column of that name.
bool reaches(const Principal& principal, const model::Entity& entity, Act act,
             std::optional<std::int64_t> holder_id);

// Code::forbidden when the caller has the right for no row of the collection.
Result<void> require(const Principal& principal, const model::Entity& entity, Act act);

}  // namespace kontor::crm
