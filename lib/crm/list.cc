#include "crm/list.h"

#include "base/json_writer.h"
#include "crm/cursor.h"
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

// Without filters the number is kept by the schema's triggers.
std::int64_t count_rows(store::ReadTx& tx, const ListQuery& query) {
  if (query.filters.empty() && query.search.empty() && query.trash == Trash::hidden) {
    Statement row = tx.prepare("SELECT live FROM stats_records WHERE collection = ?");
    row.with(query.entity->collection);
    if (row.step()) return row.integer(0);
  }
  const ListStatement list = count_statement(query);
  Statement row = tx.prepare(list.sql);
  bind(row, list);
  row.step();
  return row.integer(0);
}

}  // namespace

Result<Page> list(store::ReadTx& tx, const ListQuery& query) {
  const Shape shape = TRY(shape_of(*query.entity, query.fields, query.expand));
  const ListStatement statement = page_statement(query, shape);
  Statement row = tx.prepare(statement.sql);
  bind(row, statement);
  Page page;
  page.json.reserve(static_cast<std::size_t>(query.limit) * k_record_bytes);
  JsonWriter out(page.json);
  out.begin_object().key("data").begin_array();
  int shown = 0;
  bool more = false;
  std::string last;
  while (row.step()) {
    if (shown == query.limit) {
      more = true;
      break;
    }
    write_record(out, tx, shape, row);
    if (++shown == query.limit) last = cursor_at(query, row, statement.sort_column);
  }
  out.end_array().key("has_more").boolean(more).key("next_cursor");
  if (more) {
    page.next_cursor = last;
    out.string(last);
  } else {
    out.null();
  }
  if (query.count) out.key("count").integer(count_rows(tx, query));
  out.end_object();
  return page;
}

std::string list_sql(const ListQuery& query) {
  return page_statement(query, *shape_of(*query.entity, query.fields, query.expand)).sql;
}

}  // namespace kontor::crm
