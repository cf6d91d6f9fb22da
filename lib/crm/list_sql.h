// The SQL of lists, from descriptors alone: no text of a request ever becomes part of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crm/list.h"
#include "crm/shape.h"

namespace kontor::crm {

// The field a filter may name: the entity's own, id, version, created_at, updated_at, or one of the
// custom fields (Kind::custom, named as in `name`: "custom.size"). nullopt: there is none, or it
// cannot be filtered (all of them at once: "custom").
std::optional<model::Field> filter_field(const model::Entity& entity, std::string_view name);
bool allows(const model::Field& field, Op op);

bool is_sortable(const model::Entity& entity, std::string_view name);
std::string sortable_names(const model::Entity& entity);
// Newest first; what was found by search comes in the order of the row ids that the index gives.
std::vector<SortKey> default_order(const ListQuery& query);
// Values that a cursor holds: the sort keys and, unless it is the last of them, the row id.
std::size_t cursor_size(const ListQuery& query);
// Whether the sort value is an INTEGER, else TEXT.
bool sorts_by_integer(const model::Entity& entity, std::string_view name);
// Are these the values of a cursor of this order: as many, and of the right types?
bool is_position(const ListQuery& query, const std::vector<model::Value>& values);
// What a cursor is bound to: "-created_at|name".
std::string order_signature(const ListQuery& query);

// " < ", between blanks; what is neither of <, <=, >, >= nor "differs" is " = ".
std::string_view comparison(Op op);
// For LIKE with the escape \: % alone is a wildcard, and without one the text may stand anywhere.
std::string like_pattern(std::string_view text);
// For LIKE on folded text: the pieces between wildcards, which folding would drop, folded.
std::string fold_pattern(std::string_view text);

// FTS5 expression for folded text: every term must be there, each as a beginning of a word.
std::string match_expression(std::string_view folded);

struct ListStatement {
  std::string sql;
  std::vector<model::Value> parameters;  // in order; a UUID goes in as its 16 bytes
  std::vector<bool> blobs;               // which of them are BLOBs
  int sort_column = 0;                   // first of the sort values, followed by nothing else
};

void bind(store::Statement& statement, const ListStatement& list);

// In all of these `rows` are those that the caller may have, of the table known as `t`.
// Rows of a page (limit + 1 of them, to see whether there are more).
ListStatement page_statement(const ListQuery& query, const Shape& shape, const RowPredicate& rows);
ListStatement count_statement(const ListQuery& query, const RowPredicate& rows);
// All rows in their order, without limit and cursor; no sort values behind the shape's columns.
ListStatement each_statement(const ListQuery& query, const Shape& shape, const RowPredicate& rows);

// By one who sees every row, without filters, in what is not in the trash: the full-text index and
// the trash's know enough.
bool is_plain_search(const ListQuery& query, const RowPredicate& rows);
// Of a plain search: row ids of all matches in order, whatever the cursor; and a row by its id.
ListStatement matches_statement(const ListQuery& query);
ListStatement one_statement(const ListQuery& query, const Shape& shape);

}  // namespace kontor::crm
