// Lists: filters, order, search and keyset pages of a collection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "crm/access/principal.h"
#include "model/entity.h"
#include "model/record.h"
#include "store/transaction.h"

namespace kontor::crm {

enum class Op { eq, ne, lt, lte, gt, gte, in, like, null };

struct Filter {
  std::string name;  // a field, or id, created_at, updated_at, version, "custom.size"
  Op op = Op::eq;
  std::vector<model::Value> values;  // one; several for `in`
};

// Groups of filters of which one must hold: as many as a person keeps apart, and each may make the
// database look at another index. Their filters count among limits::filters.
inline constexpr int k_any_groups = 5;

// No index has the values of custom fields: each page of an order by one looks at every record.
// With more of them in the collection that takes more of a server than a list may.
inline constexpr std::int64_t k_custom_sort_records = 250'000;

struct SortKey {
  std::string name;
  bool descending = false;
};

enum class Trash { hidden, only, shown };

struct ListQuery {
  const model::Entity* entity = nullptr;
  int limit = 50;
  std::vector<SortKey> sort;             // never empty; the row id breaks ties
  std::vector<Filter> filters;           // all of them must hold
  std::vector<std::vector<Filter>> any;  // of each group at least one; none is empty
  std::string search;                    // folded terms
  std::vector<std::string> fields;       // empty: all
  std::vector<std::string> expand;
  std::vector<model::Value> after;  // the cursor: sort values and row id of the last row shown
  bool count = false;
  Trash trash = Trash::hidden;

  // Whether values of fields say which rows are meant.
  bool narrows() const { return !filters.empty() || !any.empty(); }
};

// Reads `limit`, `cursor`, `sort`, `q`, `fields`, `expand`, `count`, `trash` and filters
// (`name=v`, `name[op]=v`) from decoded parameters. Filters of one group are named by its number,
// `any[1].name[op]=v`: of these at least one must hold. Every unknown name, operator and bad value
// is reported at once (Code::malformed; pointer is the parameter's name with a leading "?"). A
// field that is hidden from the caller can be no part of a query, neither by name nor by `q`, which
// looks through all that is searched (Code::forbidden, the same pointers).
Result<ListQuery> parse_list(const model::Entity& entity,
                             const std::vector<std::pair<std::string, std::string>>& params,
                             const Principal& principal);

struct Page {
  std::string json;         // {"data":[…],"has_more":…,"next_cursor":…,"count":…}
  std::string next_cursor;  // empty: this was the last page
};

// What the caller sees of what the query finds, and the number of that. Code::forbidden if she sees
// nothing of the collection; Code::malformed (?sort) for an order by a custom field of more than
// k_custom_sort_records records.
Result<Page> list(store::ReadTx& tx, const Principal& principal, const ListQuery& query);

// The statement of a list, for the tests that look at its plan.
std::string list_sql(const Principal& principal, const ListQuery& query);

}  // namespace kontor::crm
