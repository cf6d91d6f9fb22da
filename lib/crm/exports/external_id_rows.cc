// The names of records in other systems. Without them a file that had been imported would come in
// twice where the export went.
#include <array>
#include <string_view>

#include "base/json_writer.h"
#include "base/uuid.h"
#include "crm/exports/export_rows.h"
#include "crm/imports/csv.h"
#include "model/registry.h"

namespace kontor::crm {
namespace {

using store::Statement;

// In the order of the table's key, so that the same names give the same file.
std::string select_all() {
  std::string records;
  for (const model::Entity* entity : model::entities())
    records += (records.empty() ? "" : " UNION ALL ") + std::string("SELECT '") +
               std::string(entity->collection) + "' AS collection, id, uid FROM " +
               std::string(entity->collection);
  return "SELECT e.collection, e.system, e.key, r.uid FROM external_ids e CROSS JOIN (" + records +
         ") r ON r.collection = e.collection AND r.id = e.record_id "
         "ORDER BY e.collection, e.system, e.key";
}

class ExternalIdRows final : public ExportRows {
 public:
  ExternalIdRows(store::ReadTx& tx, const ExportForm& form)
      : form_(form), row_(tx.prepare(select_all())) {}

  void begin(std::string& out) override {
    if (form_.format == ExportFormat::jsonl) return;
    append_csv_row(out, {k_names.begin(), k_names.end()}, form_.delimiter);
  }

  bool next(std::string& out) override {
    if (!row_.step()) return false;
    const std::string id = Uuid::from_blob(row_.blob(3)).text();
    if (form_.format == ExportFormat::csv) {
      append_csv_row(
          out,
          {std::string(row_.text(0)), std::string(row_.text(1)), std::string(row_.text(2)), id},
          form_.delimiter);
      return true;
    }
    JsonWriter writer(out);
    writer.begin_object();
    for (std::size_t i = 0; i + 1 < k_names.size(); ++i)
      writer.key(k_names[i]).string(row_.text(static_cast<int>(i)));
    writer.key(k_names.back()).string(id).end_object();
    out += '\n';
    return true;
  }

 private:
  static constexpr std::array<std::string_view, 4> k_names = {"collection", "system", "key", "id"};
  const ExportForm form_;
  Statement row_;
};

}  // namespace

std::unique_ptr<ExportRows> open_external_id_rows(store::ReadTx& tx, const ExportForm& form) {
  return std::make_unique<ExternalIdRows>(tx, form);
}

}  // namespace kontor::crm
