#include "crm/imports/row_shape.h"

#include <algorithm>
#include <utility>

#include "base/fold.h"

namespace kontor::crm {
namespace {

constexpr std::size_t k_shown = 60;
constexpr std::string_view k_blanks = " \t\r\n\v\f";

std::string_view without(std::string_view text, const std::string& signs) {
  const std::string all = std::string(k_blanks) + signs;
  const std::size_t first = text.find_first_not_of(all);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(all) - first + 1);
}

std::string pointer_of_target(const std::string& target) {
  std::string pointer = "/" + target;
  std::replace(pointer.begin(), pointer.end(), '.', '/');
  return pointer;
}

class ShapedRows final : public RowSource {
 public:
  ShapedRows(std::unique_ptr<RowSource> rows, const RowShape& shape)
      : rows_(std::move(rows)), shape_(shape) {}

  Result<std::vector<std::string>> header() override {
    std::vector<std::string> header = TRY(rows_->header());
    header.resize(header.size() + shape_.made.size());
    return header;
  }

  std::optional<SourceRow> next() override {
    auto row = rows_->next();
    if (!row || row->fault) return row;
    const std::vector<std::string> read = row->cells;
    for (const RowShape::Change& change : shape_.changes) apply(change, *row);
    for (const RowShape::Made& made : shape_.made) row->cells.push_back(cell_of(made, row->cells));
    if (row->written.empty()) row->written = read;
    return row;
  }

  std::string_view delimiter() const override { return rows_->delimiter(); }

 private:
  static void apply(const RowShape::Change& change, SourceRow& row) {
    if (change.column >= row.cells.size()) return;
    std::string& cell = row.cells[change.column];
    if (!change.trim.empty()) cell = std::string(without(cell, change.trim));
    auto meant = change.words.meaning(cell);
    if (meant) {
      cell = *std::move(meant);
    } else if (!row.fault) {
      row.fault =
          FieldError{.pointer = pointer_of_target(change.target),
                     .code = "unknown_value",
                     .detail = "The mapping has no value for \"" + cell.substr(0, k_shown) + "\"."};
    }
  }

  static std::string joined(const RowShape::Made& made, const std::vector<std::string>& cells) {
    std::string text;
    for (const std::size_t column : made.from) {
      const std::string_view cell =
          column < cells.size() ? trim(cells[column]) : std::string_view();
      if (cell.empty()) continue;
      if (!text.empty()) text += made.text;
      text += cell;
    }
    return text;
  }

  static std::string cell_of(const RowShape::Made& made, const std::vector<std::string>& cells) {
    if (made.kind == RowShape::Made::Kind::constant) return made.text;
    if (made.kind == RowShape::Made::Kind::joined) return joined(made, cells);
    const std::size_t column = made.from.front();
    if (column >= cells.size()) return {};
    return std::string(part_of(cells[column], made.text, made.part, made.parts, made.from_end));
  }

  std::unique_ptr<RowSource> rows_;
  const RowShape shape_;
};

}  // namespace

void WordMap::add(std::string_view from, std::string to) {
  words_.insert_or_assign(fold_identity(from), std::move(to));
}

void WordMap::set_unknown(Unknown unknown, std::string other) {
  unknown_ = unknown;
  other_ = std::move(other);
}

std::optional<std::string> WordMap::meaning(std::string_view cell) const {
  const std::string word = fold_identity(cell);
  if (const auto known = words_.find(word); known != words_.end()) return known->second;
  if (word.empty()) return blank_;
  if (unknown_ == Unknown::other) return other_;
  if (unknown_ == Unknown::refuse) return std::nullopt;
  return std::string(cell);
}

std::string_view part_of(std::string_view text, std::string_view separator, std::size_t part,
                         std::size_t parts, bool from_end) {
  std::vector<std::string_view> found;
  std::string_view rest = trim(text);
  while (found.size() + 1 < parts) {
    const std::size_t at = from_end ? rest.rfind(separator) : rest.find(separator);
    if (at == std::string_view::npos) break;
    const std::string_view head = rest.substr(0, at);
    const std::string_view tail = rest.substr(at + separator.size());
    found.push_back(trim(from_end ? tail : head));
    rest = trim(from_end ? head : tail);
  }
  found.push_back(rest);
  if (!from_end) return part < found.size() ? found[part] : std::string_view();
  const std::size_t behind = parts - 1 - part;  // counted from the end
  return behind < found.size() ? found[behind] : std::string_view();
}

std::unique_ptr<RowSource> shaped_rows(std::unique_ptr<RowSource> rows, const RowShape& shape) {
  if (shape.is_empty()) return rows;
  return std::make_unique<ShapedRows>(std::move(rows), shape);
}

}  // namespace kontor::crm
