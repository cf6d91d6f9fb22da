// Which parts of a record are shown, and how a row becomes JSON. One place, so that a record looks
// the same in a list, alone, after a write, in an export and beside a reference.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "base/result.h"
#include "crm/access/row_predicate.h"
#include "model/encode.h"
#include "model/entity.h"
#include "model/record.h"
#include "store/transaction.h"

namespace kontor::crm {

struct Shape {
  struct Expansion;

  const model::Entity* entity = nullptr;
  std::vector<bool> fields;  // shown or not, by position
  bool version = true, created_at = true, updated_at = true, created_by = true;
  bool lines = true;
  std::vector<bool> line_fields;  // shown or not, by position; empty: all
  std::vector<Expansion> expansions;
};

struct Shape::Expansion {
  std::size_t field;  // the reference
  std::string name;   // member that holds the record: "customer" for customer_id
  Shape shape;
  RowPredicate seen;  // of what else there is no more than the id
};

// `fields` and `expand` are names from a request; empty `fields` shows all that the caller may see.
// Unknown names are errors with the pointers "?fields" and "?expand"; a field that is hidden from
// her is Code::forbidden. Expansion goes at most two references deep.
Result<Shape> shape_of(const Principal& principal, const model::Entity& entity,
                       const std::vector<std::string>& fields,
                       const std::vector<std::string>& expand);

// All of a record, for who sees all of it: made once for each entity.
struct WholeRecord {
  Shape shape;
  std::string select_by_id;  // the parameter is the record's uid
  std::string select_lines;  // lines_select, of what has lines
};
const WholeRecord& whole_record(const model::Entity& entity);

// Splits "a,b , c"; empty text gives nothing.
std::vector<std::string> split_names(std::string_view text);

// Columns that a row must have, with the table as `t`. Always the same for an entity but for the
// expansions at the end.
std::string select_list(const Shape& shape);

// The record whose uid is the parameter, without a condition who may see it.
std::string select_by_id(const Shape& shape);

// Rows of the lines of one owner (its row id is the parameter), in order: id, uid, then the fields.
std::string lines_select(const model::Entity& lines, const model::Entity& owner);

// Positions of the columns that every select_list begins with.
namespace column {
inline constexpr int row_id = 0, uid = 1, version = 2, created_at = 3, updated_at = 4,
                     deleted_at = 5, created_by = 6, first_field = 7;
}

// The column of a field as the store holds it; a reference's is no Cell.
model::Cell stored_cell(const store::Statement& row, int index);

void write_record(JsonWriter& out, store::ReadTx& tx, const Shape& shape,
                  const store::Statement& row);

// The lines of a record as the array that `lines` shows.
void write_lines(JsonWriter& out, const model::Entity& lines,
                 const std::vector<model::Record>& records);

}  // namespace kontor::crm
