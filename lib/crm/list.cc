#include "crm/list.h"

#include <algorithm>

#include "base/json_writer.h"
#include "crm/cursor.h"
#include "crm/list_custom.h"
#include "crm/list_sql.h"
#include "crm/shape.h"

namespace kontor::crm {
namespace {

using model::Value;
using store::Statement;

// What a record comes to as JSON, about; so that a page grows in one step.
constexpr std::size_t k_record_bytes = 700;

std::string cursor_at(const ListQuery& query, const Statement& row, int sort_column) {
  std::vector<Value> values;
  for (std::size_t i = 0; i < query.sort.size(); ++i) {
    const int index = sort_column + static_cast<int>(i);
    if (sorts_by_integer(*query.entity, query.sort[i].name)) {
      values.emplace_back(row.integer(index));
    } else {
      values.emplace_back(std::string(row.text(index)));
    }
  }
  if (values.size() < cursor_size(query)) values.emplace_back(row.integer(column::row_id));
  return encode_cursor(order_signature(query), values);
}

// Kept by the schema's triggers.
std::optional<std::int64_t> live_records(store::ReadTx& tx, const model::Entity& entity) {
  Statement row = tx.prepare("SELECT live FROM stats_records WHERE collection = ?");
  row.with(entity.collection);
  return row.step() ? std::optional(row.integer(0)) : std::nullopt;
}

std::int64_t count_rows(store::ReadTx& tx, const ListQuery& query, const RowPredicate& rows) {
  if (rows.is_open() && !query.narrows() && query.search.empty() && query.trash == Trash::hidden)
    if (const auto live = live_records(tx, *query.entity)) return *live;
  const ListStatement list = count_statement(query, rows);
  Statement row = tx.prepare(list.sql);
  bind(row, list);
  row.step();
  return row.integer(0);
}

Result<void> check_sort(store::ReadTx& tx, const ListQuery& query) {
  const auto custom = std::find_if(query.sort.begin(), query.sort.end(),
                                   [](const SortKey& key) { return custom_name(key.name); });
  if (custom == query.sort.end()) return {};
  if (live_records(tx, *query.entity).value_or(0) <= k_custom_sort_records) return {};
  std::string why = "There are more than " + std::to_string(k_custom_sort_records) + " " +
                    std::string(query.entity->collection) +
                    ", too many to sort by a custom field; sort by a field of every record.";
  return Error{.code = Code::malformed,
               .message = why,
               .kind = "invalid_parameter",
               .fields = {{.pointer = "?sort", .code = "too_many", .detail = why}}};
}

class PageMaker {
 public:
  PageMaker(store::ReadTx& tx, const ListQuery& query, const Shape& shape)
      : tx_(tx), query_(query), shape_(shape), out_(page_.json) {
    page_.json.reserve(static_cast<std::size_t>(query.limit) * k_record_bytes);
    out_.begin_object().key("data").begin_array();
  }
  PageMaker(const PageMaker&) = delete;
  PageMaker& operator=(const PageMaker&) = delete;

  // false: the page is full, and this row is on the next one.
  bool add(const Statement& row, int sort_column) {
    more_ = shown_ == query_.limit;
    if (more_) return false;
    write_record(out_, tx_, shape_, row);
    if (++shown_ == query_.limit) last_ = cursor_at(query_, row, sort_column);
    return true;
  }

  Page finish(std::optional<std::int64_t> count) {
    out_.end_array().key("has_more").boolean(more_).key("next_cursor");
    if (more_) {
      page_.next_cursor = last_;
      out_.string(last_);
    } else {
      out_.null();
    }
    if (count) out_.key("count").integer(*count);
    out_.end_object();
    return std::move(page_);
  }

 private:
  store::ReadTx& tx_;
  const ListQuery& query_;
  const Shape& shape_;
  Page page_;
  JsonWriter out_;
  int shown_ = 0;
  bool more_ = false;
  std::string last_;
};

// In the order in which the full-text index delivers its rows.
bool is_in_index_order(const ListQuery& query) {
  return query.sort.size() == 1 && query.sort.front().name == "id";
}

struct Matches {
  std::vector<std::int64_t> rows;  // of the page, and one more if there is more
  std::int64_t count = 0;          // of all pages
};

Matches find_matches(store::ReadTx& tx, const ListQuery& query) {
  const ListStatement list = matches_statement(query);
  const std::int64_t* after =
      query.after.empty() ? nullptr : std::get_if<std::int64_t>(&query.after.front());
  const bool descending = query.sort.front().descending;
  Matches matches;
  Statement row = tx.prepare(list.sql);
  for (bind(row, list); row.step(); ++matches.count) {
    const std::int64_t id = row.integer(0);
    const bool is_before = after != nullptr && (descending ? id >= *after : id <= *after);
    if (!is_before && matches.rows.size() <= static_cast<std::size_t>(query.limit))
      matches.rows.push_back(id);
  }
  return matches;
}

// The search is the dear part, so one pass over the index finds the page and counts all matches.
Page search_and_count(store::ReadTx& tx, const ListQuery& query, const Shape& shape) {
  const Matches matches = find_matches(tx, query);
  const ListStatement one = one_statement(query, shape);
  Statement row = tx.prepare(one.sql);
  PageMaker page(tx, query, shape);
  for (const std::int64_t id : matches.rows) {
    row.with(id);
    if (row.step() && !page.add(row, one.sort_column)) break;
    row.rewind();
  }
  return page.finish(matches.count);
}

}  // namespace

Result<Page> list(store::ReadTx& tx, const Principal& principal, const ListQuery& query) {
  TRY(require(principal, *query.entity, Act::read));
  TRY(check_sort(tx, query));
  const Shape shape = TRY(shape_of(principal, *query.entity, query.fields, query.expand));
  const RowPredicate rows = rows_within(principal, *query.entity, Act::read);
  if (query.count && is_plain_search(query, rows) && is_in_index_order(query))
    return search_and_count(tx, query, shape);
  const ListStatement statement = page_statement(query, shape, rows);
  Statement row = tx.prepare(statement.sql);
  bind(row, statement);
  PageMaker page(tx, query, shape);
  while (row.step() && page.add(row, statement.sort_column)) continue;
  return page.finish(query.count ? std::optional(count_rows(tx, query, rows)) : std::nullopt);
}

std::string list_sql(const Principal& principal, const ListQuery& query) {
  const Shape shape = *shape_of(principal, *query.entity, query.fields, query.expand);
  return page_statement(query, shape, rows_within(principal, *query.entity, Act::read)).sql;
}

}  // namespace kontor::crm
