#include "crm/search_index.h"

#include <string>
#include <vector>

namespace kontor::crm {
namespace {

std::vector<std::string> changed_collections(store::WriteTx& tx) {
  std::vector<std::string> changed;
  store::Statement row = tx.prepare("SELECT DISTINCT collection FROM search_pending");
  while (row.step()) changed.emplace_back(row.text(0));
  return changed;
}

// An index without a copy of its texts forgets a record only when it is told the old one.
void index_collection(store::WriteTx& tx, const std::string& collection) {
  const std::string index = collection + "_search";
  tx.prepare("INSERT INTO " + index + " (" + index +
             ", rowid, search_fold) SELECT 'delete', record_id, indexed FROM search_pending "
             "WHERE collection = ? AND indexed IS NOT NULL")
      .with(std::string_view(collection))
      .run();
  tx.prepare("INSERT INTO " + index +
             " (rowid, search_fold) SELECT t.id, t.search_fold FROM search_pending p CROSS JOIN " +
             collection + " t ON t.id = p.record_id WHERE p.collection = ?")
      .with(std::string_view(collection))
      .run();
}

}  // namespace

void update_search_index(store::WriteTx& tx) {
  const std::vector<std::string> changed = changed_collections(tx);
  if (changed.empty()) return;
  for (const std::string& collection : changed) index_collection(tx, collection);
  tx.prepare("DELETE FROM search_pending").run();
}

}  // namespace kontor::crm
