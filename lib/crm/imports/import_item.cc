#include "crm/imports/import_item.h"

#include <algorithm>
#include <utility>

#include "base/email.h"
#include "base/fold.h"
#include "base/limits.h"
#include "crm/imports/values/prepared_rows.h"
#include "model/entities/order.h"
#include "model/entities/payment.h"
#include "model/entities/product.h"

namespace kontor::crm {
namespace {

// Does the row say anything of a line? The first row of an order may stand for the order alone.
bool has_line(const Mapping& mapping, const CsvRow& row) {
  for (std::size_t i = 0; i < mapping.columns.size() && i < row.cells.size(); ++i) {
    const bool of_line = mapping.columns[i].target.starts_with("line.") &&
                         mapping.columns[i].rule != MappingRule::constant;
    if (of_line && !trim(row.cells[i]).empty()) return true;
  }
  return false;
}

// Leaves the file where it was.
Result<std::vector<std::string>> read_header(std::istream& file, std::string_view name,
                                             const Reading& reading) {
  const std::istream::pos_type start = file.tellg();
  const OpenedRows opened = TRY(open_source(file, name, reading));
  std::vector<std::string> header = TRY(opened.rows->header());
  file.clear();
  file.seekg(start);
  return header;
}

}  // namespace

std::string_view cell_of_target(const Mapping& mapping, const CsvRow& row,
                                std::string_view target) {
  const auto column = mapping.column_of(target);
  return column && *column < row.cells.size() ? trim(row.cells[*column]) : std::string_view();
}

Result<std::unique_ptr<ImportSource>> ImportSource::open(const model::Entity& entity,
                                                         const ImportOptions& options,
                                                         std::string_view currency) {
  std::unique_ptr<ImportSource> source(new ImportSource(entity));
  source->header_ = TRY(read_header(*options.file, options.file_name, options.reading));
  for (std::size_t i = 0; i < source->header_.size(); ++i) {
    const std::string& name = source->header_[i];
    if (name != "_row" && name != "_error") source->own_columns_.push_back(i);
  }
  const MappingFile rules = TRY(parse_mapping(options.map_json));
  std::vector<std::string> line_header;
  if (options.lines != nullptr && &entity == &model::order)
    line_header = TRY(read_header(*options.lines, "", options.reading));
  source->mapping_ = TRY(map_columns(entity, source->header_, rules.rows, line_header));
  TRY(check_columns(entity, source->mapping_));
  source->reader_ = TRY(open_prepared(*options.file, options.file_name, options.reading, entity,
                                      source->mapping_, currency));
  if (&entity != &model::order) return source;
  if (options.lines != nullptr) {
    TRY(source->open_lines(options, rules, line_header, currency));
  } else {
    TRY(check_line_columns(source->mapping_));
    source->flat_ = true;
  }
  return source;
}

Result<void> ImportSource::open_lines(const ImportOptions& options, const MappingFile& rules,
                                      const std::vector<std::string>& header,
                                      std::string_view currency) {
  if (!mapping_.has("external_id"))
    return Error{.code = Code::invalid,
                 .message = "The orders have no id that their lines could name.",
                 .kind = "missing_columns",
                 .hint =
                     "name the column in a map file: {\"Header of the file\": "
                     "\"external_id\"}"};
  line_mapping_ = TRY(map_line_columns(header, rules));
  TRY(check_line_columns(line_mapping_));
  lines_reader_ = TRY(
      open_prepared(*options.lines, "", options.reading, model::order, line_mapping_, currency));
  std::size_t count = 0;
  while (auto row = lines_reader_->next()) {
    if (++count > limits::import_lines)
      return Error{.code = Code::too_large,
                   .message = "The file of lines has more than " +
                              std::to_string(limits::import_lines) + " rows.",
                   .hint = "import the orders in several parts"};
    add_line(*std::move(row));
  }
  return {};
}

void ImportSource::add_line(CsvRow row) {
  const std::string key(cell_of_target(line_mapping_, row, "external_id"));
  const bool whole = !row.fault || row.cells.size() == line_mapping_.columns.size();
  if (key.empty() || !whole) {
    bad_lines_.push_back(std::move(row));
  } else {
    lines_[key].push_back(std::move(row));
  }
}

std::optional<CsvRow> ImportSource::next_row() {
  if (!ahead_) return reader_->next();
  return std::exchange(ahead_, std::nullopt);
}

// Rows that repeat the order's id, or leave it blank, go on with the order.
void ImportSource::gather_flat(ImportItem& item) {
  item.rows.push_back(item.head);
  if (item.key.empty() && !item.head.fault) {
    item.head.fault =
        FieldError{.pointer = "/external_id", .code = "required", .detail = "The order has no id."};
    return;
  }
  while (auto row = reader_->next()) {
    const std::string_view key = cell_of_target(mapping_, *row, "external_id");
    if (!key.empty() && key != item.key) {
      ahead_ = std::move(row);
      break;
    }
    if (row->fault && !item.head.fault) item.head.fault = row->fault;
    item.rows.push_back(*std::move(row));
  }
  for (const CsvRow& row : item.rows)
    if (has_line(mapping_, row)) item.lines.push_back(row);
}

void ImportSource::take_lines(ImportItem& item) {
  const auto lines = lines_.find(item.key);
  if (lines == lines_.end()) return;
  item.lines = std::move(lines->second);
  lines_.erase(lines);
  for (const CsvRow& line : item.lines) {
    if (!line.fault || item.head.fault) continue;
    item.head.fault = FieldError{
        .pointer = "",
        .code = line.fault->code,
        .detail = "Row " + std::to_string(line.number) + " of the lines: " + line.fault->detail};
  }
}

// What makes two rows of a file mean one record: the source's id, else the value by which a record
// would be found.
std::string ImportSource::identity_of(const ImportItem& item) const {
  if (!item.key.empty()) return "id " + item.key;
  if (&entity_ == &model::product) return std::string(cell_of_target(mapping_, item.head, "sku"));
  if (&entity_ == &model::order || &entity_ == &model::payment) return "";
  const auto email = normal_email(cell_of_target(mapping_, item.head, "email"));
  return email ? *email : "";
}

// What of the row comes in at all: lists of firms, people and deals in one name each firm again and
// again. Of an order each row counts.
std::string ImportSource::content_of(const ImportItem& item) const {
  if (&entity_ == &model::order) return std::to_string(item.head.number);
  std::string content;
  for (std::size_t i = 0; i < mapping_.columns.size() && i < item.head.cells.size(); ++i) {
    if (mapping_.columns[i].target.empty()) continue;
    content += trim(item.head.cells[i]);
    content += '\0';
  }
  return content;
}

void ImportSource::check_identity(ImportItem& item) {
  const std::string identity = identity_of(item);
  if (identity.empty()) return;
  const auto first = seen_.add(identity, item.head.number, content_of(item));
  if (!first || item.head.fault) return;
  item.repeated = first->same;
  if (item.repeated) return;
  const bool by_id = !item.key.empty();
  const bool by_sku = &entity_ == &model::product;
  item.head.fault = FieldError{
      .pointer = by_id ? "/external_id" : (by_sku ? "/sku" : "/email"),
      .code = "duplicate_key",
      .detail = "Row " + std::to_string(first->row) + " has the same " +
                (by_id ? "id." : (by_sku ? "SKU." : "e-mail address, and neither has an id."))};
}

std::optional<ImportItem> ImportSource::next() {
  auto row = next_row();
  if (!row) return std::nullopt;
  ImportItem item{.position = ++position_, .key = {}, .head = *std::move(row)};
  item.key = cell_of_target(mapping_, item.head, "external_id");
  if (flat_) gather_flat(item);
  else take_lines(item);
  check_identity(item);
  return item;
}

std::vector<RowError> ImportSource::lost_lines() const {
  std::vector<RowError> lost;
  for (const CsvRow& row : bad_lines_) {
    lost.push_back({.file = "lines",
                    .row = row.number,
                    .column = "",
                    .code = row.fault ? row.fault->code : "required",
                    .detail = row.fault ? row.fault->detail : "The line does not name its order."});
  }
  for (const auto& [key, rows] : lines_) {
    for (const CsvRow& row : rows)
      lost.push_back({.file = "lines",
                      .row = row.number,
                      .column = "",
                      .code = "unknown_order",
                      .detail = "The file of orders has no order " + key + "."});
  }
  std::sort(lost.begin(), lost.end(),
            [](const RowError& a, const RowError& b) { return a.row < b.row; });
  return lost;
}

}  // namespace kontor::crm
