#include "crm/exports/export_rows.h"

#include "base/json_writer.h"
#include "crm/list_sql.h"
#include "crm/shape.h"

namespace kontor::crm {
namespace {

class JsonRows final : public ExportRows {
 public:
  JsonRows(store::ReadTx& tx, Shape shape, ListStatement list)
      : tx_(tx), shape_(std::move(shape)), list_(std::move(list)), row_(tx.prepare(list_.sql)) {
    bind(row_, list_);
  }

  void begin(std::string&) override {}

  bool next(std::string& out) override {
    if (!row_.step()) return false;
    JsonWriter writer(out);
    write_record(writer, tx_, shape_, row_);
    out += '\n';
    return true;
  }

 private:
  store::ReadTx& tx_;
  const Shape shape_;
  const ListStatement list_;
  store::Statement row_;
};

}  // namespace

Result<std::unique_ptr<ExportRows>> open_json_rows(store::ReadTx& tx, const Principal& principal,
                                                   const ListQuery& query) {
  TRY(require(principal, *query.entity, Act::export_rows));
  Shape shape = TRY(shape_of(principal, *query.entity, query.fields, {}));
  const RowPredicate rows = rows_within(principal, *query.entity, Act::export_rows);
  ListStatement list = each_statement(query, shape, rows);
  return std::unique_ptr<ExportRows>(
      std::make_unique<JsonRows>(tx, std::move(shape), std::move(list)));
}

Result<std::unique_ptr<ExportRows>> open_rows(store::ReadTx& tx, const Principal& principal,
                                              const ListQuery& query, const ExportForm& form) {
  return form.format == ExportFormat::csv ? open_csv_rows(tx, principal, query, form)
                                          : open_json_rows(tx, principal, query);
}

ListQuery whole_collection(const model::Entity& entity, Trash trash) {
  return {.entity = &entity, .sort = {{.name = "id"}}, .trash = trash};
}

}  // namespace kontor::crm
