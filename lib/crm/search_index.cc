#include "crm/search_index.h"

#include <algorithm>
#include <string>
#include <vector>

#include "model/registry.h"

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

// Of the merge that is under way, at a time: about 0.3 MB.
constexpr std::int64_t k_merge_pages = 64;

bool has_personal_words(const model::Entity& entity) {
  return std::ranges::any_of(
      entity.fields, [](const model::Field& field) { return field.search && field.personal; });
}

// A negative number of pages begins the merge of all segments, a positive one goes on with it.
// False: there was nothing to do, which shows in the rows that were changed (FTS5's
// documentation, 6.8).
bool merge_some(store::WriteTx& tx, std::string_view collection, std::int64_t pages) {
  const std::string index = std::string(collection) + "_search";
  const std::int64_t before = tx.total_changes();
  tx.prepare("INSERT INTO " + index + " (" + index + ", rank) VALUES ('merge', ?)")
      .with(pages)
      .run();
  return tx.total_changes() - before >= 2;
}

}  // namespace

Result<void> purge_search_indexes(store::Store& store) {
  for (const model::Entity* entity : model::entities()) {
    if (!has_personal_words(*entity)) continue;
    std::int64_t pages = -k_merge_pages;
    bool goes_on = true;
    while (goes_on) {
      goes_on = TRY(store.write([&](store::WriteTx& tx) {
        return Result<bool>(merge_some(tx, entity->collection, pages));
      }));
      pages = k_merge_pages;
    }
  }
  return {};
}

void update_search_index(store::WriteTx& tx) {
  const std::vector<std::string> changed = changed_collections(tx);
  if (changed.empty()) return;
  for (const std::string& collection : changed) index_collection(tx, collection);
  tx.prepare("DELETE FROM search_pending").run();
}

}  // namespace kontor::crm
