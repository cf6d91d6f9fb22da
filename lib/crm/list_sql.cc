#include "crm/list_sql.h"

#include <algorithm>

#include "base/email.h"
#include "base/fold.h"
#include "base/uuid.h"
#include "crm/list_custom.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Field;
using model::Kind;
using model::Value;

// Column that orders by a sort key.
std::string sort_column(const Entity& entity, std::string_view name) {
  if (name == "id") return "t.id";
  const auto index = model::find_field(entity, name);
  if (!index) return "t." + std::string(name);  // created_at, updated_at
  const Field& field = entity.fields[*index];
  return "t." + model::column_of(field) + (model::has_fold(field) ? "_fold" : "");
}

// Ranges that one statement merges, below SQLite's limit of a compound. Larger teams are sorted.
constexpr std::size_t k_merged_holders = 40;

class Builder {
 public:
  Builder(const ListQuery& query, const RowPredicate& rows)
      : query_(query), rows_(rows), entity_(*query.entity) {}

  ListStatement page(const Shape& shape) {
    std::string select = "SELECT " + select_list(shape);
    for (const SortKey& key : query_.sort) select += ", " + sort_value(key);
    if (is_merge()) {
      out_.sql = select + from_merge() + order_by();
    } else {
      where_rows();
      where_after();
      out_.sql =
          select + from_ + where_ + order_by() + " LIMIT " + std::to_string(query_.limit + 1);
    }
    out_.sort_column =
        column::first_field + static_cast<int>(shape.fields.size() + shape.expansions.size());
    return std::move(out_);
  }

  ListStatement count() {
    is_plain_search(query_, rows_) ? live_matches() : where_rows();
    out_.sql = "SELECT count(*)" + from_ + where_;
    return std::move(out_);
  }

  ListStatement matches() {
    live_matches();
    out_.sql = "SELECT s.rowid" + from_ + where_ + order_by();
    return std::move(out_);
  }

  ListStatement one(const Shape& shape) {
    out_.sql = "SELECT " + select_list(shape) + ", t.id FROM " + std::string(entity_.collection) +
               " t WHERE t.id = ?";
    out_.sort_column =
        column::first_field + static_cast<int>(shape.fields.size() + shape.expansions.size());
    return std::move(out_);
  }

  ListStatement each(const Shape& shape) {
    where_rows();
    out_.sql = "SELECT " + select_list(shape) + from_ + where_ + order_by();
    return std::move(out_);
  }

 private:
  // Of each match only whether it is in the trash: that index is small, while to look for every row
  // in its table costs as much as the search.
  void live_matches() {
    const std::string table(entity_.collection);
    from_ = " FROM " + table + "_search s";
    condition("s." + table + "_search MATCH " + parameter(query_.search));
    condition("NOT EXISTS (SELECT 1 FROM " + table + " t INDEXED BY " + table +
              "_trash WHERE t.id = s.rowid AND t.deleted_at IS NOT NULL)");
  }

  void condition(const std::string& text) {
    where_ += (where_.empty() ? " WHERE " : " AND ") + text;
  }

  // Apart from the other: made where it stays, as g++ 12 warns falsely of moving it there.
  std::string holder_parameter(std::int64_t holder) {
    out_.parameters.emplace_back(holder);
    out_.blobs.push_back(false);
    return "?";
  }

  std::string parameter(Value value, bool blob = false) {
    out_.parameters.push_back(std::move(value));
    out_.blobs.push_back(blob);
    return "?";
  }

  void where_rows() {
    const std::string table(entity_.collection);
    from_ = " FROM " + table + " t";
    if (!query_.search.empty()) {
      from_ = " FROM " + table + "_search s CROSS JOIN " + table + " t ON t.id = s.rowid";
      condition("s." + table + "_search MATCH " + parameter(query_.search));
    }
    if (query_.trash == Trash::only) condition("t.deleted_at IS NOT NULL");
    if (query_.trash == Trash::hidden) condition("t.deleted_at IS NULL");
    for (const Filter& filter : query_.filters) condition(filter_condition(filter));
    for (const std::vector<Filter>& group : query_.any) condition(any_condition(group));
    if (rows_.is_open()) return;
    if (is_only_held_by()) from_ += " INDEXED BY " + table + "_holder";
    condition(rows_.sql);
    for (const std::int64_t holder : rows_.parameters) holder_parameter(holder);
  }

  // Nothing but whose the rows are says which ones are meant. By the average of all holders the
  // planner may prefer to go through everybody's rows in the order that is asked for, which for one
  // who holds few is all of the table.
  bool is_only_held_by() const {
    return !rows_.parameters.empty() && query_.search.empty() && !query_.narrows() &&
           query_.trash == Trash::hidden;
  }

  // The records of several people in the order in which each one's index has them.
  bool is_merge() const {
    return rows_.parameters.size() > 1 && rows_.parameters.size() <= k_merged_holders &&
           query_.search.empty() && !query_.narrows() && query_.trash == Trash::hidden &&
           query_.sort.size() == 1 && query_.sort.front().name == "created_at";
  }

  // Finds the rows of the page by the index alone: a range of it for each holder, merged as they
  // come and left off at the page's end, so that no row is read that is not shown.
  std::string from_merge() {
    const std::string table(entity_.collection);
    const std::string direction = query_.sort.front().descending ? " DESC" : "";
    const std::string range = table + " t INDEXED BY " + table + "_holder";
    std::string arms;
    for (const std::int64_t holder : rows_.parameters) {
      where_.clear();
      condition("t.deleted_at IS NULL");
      condition(held_by_one("t"));
      holder_parameter(holder);
      where_after();
      arms.append(arms.empty() ? "SELECT t.created_at AS at, t.id AS row_id FROM "
                               : " UNION ALL SELECT t.created_at, t.id FROM ");
      arms.append(range).append(where_);
    }
    return " FROM (" + arms + " ORDER BY at" + direction + ", row_id" + direction + " LIMIT " +
           std::to_string(query_.limit + 1) + ") m CROSS JOIN " + table + " t ON t.id = m.row_id";
  }

  // A custom field has a mark, so this is called once for each place in the statement, in order.
  std::string sort_value(const SortKey& key) {
    if (!custom_name(key.name)) return sort_column(entity_, key.name);
    parameter(custom_path(key.name));
    return custom_sort_key(key.descending);
  }

  std::string any_condition(const std::vector<Filter>& group) {
    std::string text;
    for (const Filter& filter : group)
      text += (text.empty() ? "(" : " OR ") + filter_condition(filter);
    return text + ")";
  }

  std::string filter_condition(const Filter& filter) {
    if (custom_name(filter.name)) return held_by_custom(filter);
    const Field field = *filter_field(entity_, filter.name);
    if (filter.name == "id")
      return list_condition("t.uid", filter, [&](const Value& v) { return uid_parameter(v); });
    const std::string column = "t." + model::column_of(field);
    if (filter.op == Op::null)
      return column + (std::get<std::int64_t>(filter.values[0]) != 0 ? " IS NULL" : " IS NOT NULL");
    if (field.kind == Kind::tags) return tag_condition(filter);
    if (filter.op == Op::like) return like_condition(field, filter);
    if (field.kind == Kind::reference) {
      return list_condition(column, filter, [&](const Value& v) {
        // 0 is no row: to differ from a record that does not exist is true of all.
        return "coalesce((SELECT r.id FROM " + std::string(field.target) +
               " r WHERE r.uid = " + uid_parameter(v) + "), 0)";
      });
    }
    if (field.kind == Kind::email) {
      return list_condition(column + "_norm", filter, [&](const Value& v) {
        const std::string& text = std::get<std::string>(v);
        return parameter(normal_email(text).value_or(text));
      });
    }
    return list_condition(column, filter, [&](const Value& v) { return parameter(v); });
  }

  template <class Write>
  std::string list_condition(const std::string& column, const Filter& filter, Write write) {
    if (filter.op != Op::in)
      return column + std::string(comparison(filter.op)) + write(filter.values[0]);
    std::string text = column + " IN (";
    for (std::size_t i = 0; i < filter.values.size(); ++i)
      text += (i == 0 ? "" : ", ") + write(filter.values[i]);
    return text + ")";
  }

  std::string uid_parameter(const Value& value) {
    return parameter(std::string(Uuid::parse(std::get<std::string>(value))->blob()), true);
  }

  std::string held_by_custom(const Filter& filter) {
    CustomCondition made = custom_condition(filter);
    for (std::string& text : made.texts) parameter(std::move(text));
    return std::move(made.sql);
  }

  std::string tag_condition(const Filter& filter) {
    const std::string holds = list_condition(
        "j.value", {filter.name, filter.op == Op::in ? Op::in : Op::eq, filter.values},
        [&](const Value& v) { return parameter(v); });
    return std::string(filter.op == Op::ne ? "NOT " : "") +
           "EXISTS (SELECT 1 FROM json_each(t.tags) j WHERE " + holds + ")";
  }

  // Folded columns are compared folded.
  std::string like_condition(const Field& field, const Filter& filter) {
    const std::string& text = std::get<std::string>(filter.values[0]);
    const bool folded = model::has_fold(field);
    return "t." + model::column_of(field) + (folded ? "_fold" : "") + " LIKE " +
           parameter(like_pattern(folded ? fold_pattern(text) : text)) + " ESCAPE '\\'";
  }

  // Keyset: rows after the last one shown. All keys in one direction compare as a row value, which
  // an index serves as a range; mixed directions are spelled out.
  void where_after() {
    if (query_.after.empty()) return;
    const bool descending = query_.sort.back().descending;
    const bool uniform =
        std::all_of(query_.sort.begin(), query_.sort.end(),
                    [&](const SortKey& key) { return key.descending == descending; });
    if (uniform) {
      std::string columns, values;
      for (std::size_t i = 0; i < keys(); ++i) columns += (i == 0 ? "" : ", ") + key_column(i);
      for (std::size_t i = 0; i < keys(); ++i)
        values += (i == 0 ? "" : ", ") + parameter(query_.after[i]);
      return condition("(" + columns + ")" + (descending ? " < (" : " > (") + values + ")");
    }
    std::string alternatives;
    for (std::size_t i = 0; i < keys(); ++i) {
      std::string all;
      for (std::size_t j = 0; j < i; ++j) all += compared(j, " = ") + " AND ";
      all += compared(i, key_descending(i) ? " < " : " > ");
      alternatives += (i == 0 ? "(" : " OR (") + all + ")";
    }
    condition("(" + alternatives + ")");
  }

  // One after the other: the operands of + are evaluated in any order, and either may have a mark.
  std::string compared(std::size_t i, std::string_view how) {
    std::string text = key_column(i).append(how);
    return text += parameter(query_.after[i]);
  }

  // The row id comes after the sort keys, in the direction of the last one, unless it is that one.
  std::size_t keys() const { return cursor_size(query_); }
  std::string key_column(std::size_t i) {
    const std::string column = i < query_.sort.size() ? sort_value(query_.sort[i]) : "t.id";
    // The full-text index delivers its rows in this order by itself, and begins at a given one.
    return column == "t.id" && !query_.search.empty() ? "s.rowid" : column;
  }
  bool key_descending(std::size_t i) const {
    return query_.sort[std::min(i, query_.sort.size() - 1)].descending;
  }

  std::string order_by() {
    std::string text = " ORDER BY ";
    for (std::size_t i = 0; i < keys(); ++i)
      text += (i == 0 ? "" : ", ") + key_column(i) + (key_descending(i) ? " DESC" : "");
    return text;
  }

  const ListQuery& query_;
  const RowPredicate& rows_;
  const Entity& entity_;
  ListStatement out_;
  std::string from_, where_;
};

}  // namespace

std::string_view comparison(Op op) {
  switch (op) {
    case Op::lt: return " < ";
    case Op::lte: return " <= ";
    case Op::gt: return " > ";
    case Op::gte: return " >= ";
    case Op::ne: return " IS NOT ";
    default: return " = ";
  }
}

// Without a wildcard of its own the text is looked for anywhere.
std::string like_pattern(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (c == '\\' || c == '_') pattern += '\\';
    pattern += c;
  }
  return text.find('%') == std::string_view::npos ? "%" + pattern + "%" : pattern;
}

std::string fold_pattern(std::string_view text) {
  std::string pattern;
  while (true) {
    const auto wildcard = text.find('%');
    pattern += fold_search(text.substr(0, wildcard));
    if (wildcard == std::string_view::npos) return pattern;
    pattern += '%';
    text.remove_prefix(wildcard + 1);
  }
}

bool is_plain_search(const ListQuery& query, const RowPredicate& rows) {
  return rows.is_open() && !query.search.empty() && !query.narrows() &&
         query.trash == Trash::hidden;
}

void bind(store::Statement& statement, const ListStatement& list) {
  for (std::size_t i = 0; i < list.parameters.size(); ++i) {
    const int index = static_cast<int>(i) + 1;
    if (const auto* integer = std::get_if<std::int64_t>(&list.parameters[i])) {
      statement.bind(index, *integer);
    } else if (const std::string& text = std::get<std::string>(list.parameters[i]); list.blobs[i]) {
      statement.bind(index, store::Blob{text});
    } else {
      statement.bind(index, std::string_view(text));
    }
  }
}

ListStatement page_statement(const ListQuery& query, const Shape& shape, const RowPredicate& rows) {
  return Builder(query, rows).page(shape);
}
ListStatement count_statement(const ListQuery& query, const RowPredicate& rows) {
  return Builder(query, rows).count();
}
ListStatement matches_statement(const ListQuery& query) {
  const RowPredicate every;
  return Builder(query, every).matches();
}
ListStatement one_statement(const ListQuery& query, const Shape& shape) {
  const RowPredicate every;
  return Builder(query, every).one(shape);
}
ListStatement each_statement(const ListQuery& query, const Shape& shape, const RowPredicate& rows) {
  return Builder(query, rows).each(shape);
}

}  // namespace kontor::crm
