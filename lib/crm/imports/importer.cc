#include "crm/imports/importer.h"

#include <algorithm>
#include <utility>

#include "crm/imports/import_item.h"
#include "crm/imports/import_write.h"
#include "model/entities/contact.h"
#include "model/entities/customer.h"
#include "model/entities/order.h"
#include "model/entities/product.h"

namespace kontor::crm {
namespace {

using model::Entity;

constexpr std::string_view k_rolled_back = "dry_run_rolled_back";

// What became of one item; an Error, or an Imported.
using Answer = Result<Imported>;

class Import {
 public:
  Import(store::Store& store, const Records& records, Context context, const Entity& entity,
         const ImportOptions& options, ImportSource& source)
      : store_(store),
        records_(records),
        context_(std::move(context)),
        entity_(entity),
        options_(options),
        source_(source) {
    context_.importing = true;
    report_.entity = std::string(entity.collection);
    report_.dry_run = options.dry_run;
    list_columns(source.mapping());
    if (source.has_lines_file()) list_columns(source.line_mapping());
  }

  Result<ImportReport> run() {
    begin_error_file();
    const std::size_t size = options_.dry_run ? limits::import_dry_rows + 1 : options_.batch;
    while (true) {
      const std::vector<ImportItem> batch = read_batch(std::max<std::size_t>(size, 1));
      if (batch.empty()) break;
      if (options_.dry_run && batch.size() > limits::import_dry_rows) return too_many();
      auto answers = write_batch(batch);
      if (!answers.ok()) {
        if (report_.rows == 0) return std::move(answers).error();
        report_.stopped = std::move(answers).error();
        return std::move(report_);
      }
      for (std::size_t i = 0; i < batch.size(); ++i) count(batch[i], (*answers)[i]);
    }
    for (RowError& error : source_.lost_lines()) add_error(std::move(error));
    return std::move(report_);
  }

 private:
  void list_columns(const Mapping& mapping) {
    for (const Mapping::Column& column : mapping.columns) {
      if (column.target.empty()) report_.unmapped.push_back(column.header);
      else report_.mapped.push_back(column.header + " → " + column.target);
    }
  }

  static Error too_many() {
    return {
        .code = Code::too_large,
        .message = "A dry run takes at most " + std::to_string(limits::import_dry_rows) + " rows.",
        .hint = "try it with the first part of the file"};
  }

  std::vector<ImportItem> read_batch(std::size_t size) {
    std::vector<ImportItem> batch;
    while (batch.size() < size) {
      auto item = source_.next();
      if (!item) break;
      batch.push_back(*std::move(item));
    }
    return batch;
  }

  // The job may run more than once, so its answers begin anew each time.
  Result<std::vector<Answer>> write_batch(const std::vector<ImportItem>& batch) {
    std::vector<Answer> answers;
    const Result<bool> ran = store_.write([&](store::WriteTx& tx) -> Result<bool> {
      answers.clear();
      for (const ImportItem& item : batch) answers.push_back(write_item(tx, item));
      if (options_.dry_run)
        return Error{.code = Code::conflict, .message = "", .kind = std::string(k_rolled_back)};
      return true;
    });
    if (!ran.ok() && ran.error().kind != k_rolled_back) return ran.error();
    return answers;
  }

  Answer write_item(store::WriteTx& tx, const ImportItem& item) {
    const ImportScope scope{.tx = tx,
                            .records = records_,
                            .context = context_,
                            .entity = entity_,
                            .mapping = source_.mapping(),
                            .line_mapping = source_.line_mapping(),
                            .mode = options_.mode,
                            .system = options_.system};
    Imported imported;
    Result<void> ran = tx.nested([&]() -> Result<void> {
      imported = TRY(import_item(scope, item));
      return {};
    });
    if (!ran.ok()) return std::move(ran).error();
    return imported;
  }

  void count(const ImportItem& item, const Answer& answer) {
    ++report_.rows;
    if (!answer.ok()) {
      ++report_.failed;
      add_failure(item, answer.error());
      return;
    }
    switch (answer->outcome) {
      case ImportOutcome::created: ++report_.created; break;
      case ImportOutcome::updated: ++report_.updated; break;
      case ImportOutcome::unchanged: ++report_.unchanged; break;
      case ImportOutcome::skipped: ++report_.skipped; break;
    }
    for (const auto& [name, value] : answer->totals) report_.totals[name] += value;
  }

  void add_error(RowError error) {
    ++report_.error_count;
    if (report_.errors.size() < limits::import_errors_shown)
      report_.errors.push_back(std::move(error));
  }

  std::string header_of(const Mapping& mapping, const std::string& target) const {
    const auto column = mapping.column_of(target);
    return column ? mapping.columns[*column].header : "";
  }

  // "/lines/2/quantity" stands in the row of that line, in the column of its quantity.
  RowError located(const ImportItem& item, const FieldError& field) const {
    RowError error{.row = item.head.number, .code = field.code, .detail = field.detail};
    std::string target(field.pointer.empty() ? "" : field.pointer.substr(1));
    const std::string_view prefix = "lines/";
    if (!target.starts_with(prefix)) {
      std::replace(target.begin(), target.end(), '/', '.');
      error.column = header_of(source_.mapping(), target);
      return error;
    }
    target.erase(0, prefix.size());
    const std::size_t slash = std::min(target.find('/'), target.size());
    std::size_t index = 0;
    for (const char digit : target.substr(0, slash))
      index = index * 10 + static_cast<std::size_t>(digit - '0');
    if (index < item.lines.size()) error.row = item.lines[index].number;
    if (source_.has_lines_file()) error.file = "lines";
    if (slash < target.size())
      error.column = header_of(source_.line_mapping(), "line." + target.substr(slash + 1));
    return error;
  }

  void add_failure(const ImportItem& item, const Error& error) {
    std::string text;
    const auto add = [&](RowError row) {
      if (!text.empty()) text += "; ";
      if (!row.file.empty()) text += "row " + std::to_string(row.row) + " of the lines: ";
      if (!row.column.empty()) text += row.column + ": ";
      text += row.detail;
      add_error(std::move(row));
    };
    for (const FieldError& field : error.fields) add(located(item, field));
    if (error.fields.empty())
      add({.row = item.head.number,
           .code = error.kind.empty() ? "failed" : error.kind,
           .detail = error.message});
    write_error_rows(item, text);
  }

  void begin_error_file() {
    if (options_.errors == nullptr) return;
    std::vector<std::string> cells = source_.header();
    cells.insert(cells.end(), {"_row", "_error"});
    std::string line;
    append_csv_row(line, cells);
    *options_.errors << line;
  }

  // Every row of what failed, so that the file can be mended and imported again.
  void write_error_rows(const ImportItem& item, const std::string& text) {
    if (options_.errors == nullptr) return;
    const bool flat = !source_.has_lines_file() && !item.lines.empty();
    std::string out;
    for (const CsvRow& row : flat ? item.lines : std::vector<CsvRow>{item.head}) {
      std::vector<std::string> cells = row.cells;
      cells.resize(source_.header().size());
      cells.push_back(std::to_string(row.number));
      cells.push_back(text);
      append_csv_row(out, cells);
    }
    *options_.errors << out;
  }

  store::Store& store_;
  const Records& records_;
  Context context_;
  const Entity& entity_;
  const ImportOptions& options_;
  ImportSource& source_;
  ImportReport report_;
};

bool can_import(const Entity& entity) {
  return &entity == &model::customer || &entity == &model::contact || &entity == &model::product ||
         &entity == &model::order;
}

}  // namespace

Result<ImportReport> import_records(store::Store& store, const Records& records,
                                    const Context& context, const Entity& entity,
                                    const ImportOptions& options) {
  if (!can_import(entity))
    return Error{.code = Code::usage,
                 .message = "Import takes customers, contacts, products and orders, not " +
                            std::string(entity.collection) + "."};
  const std::unique_ptr<ImportSource> source = TRY(ImportSource::open(entity, options));
  return Import(store, records, context, entity, options, *source).run();
}

}  // namespace kontor::crm
