#include "store/statement_cache.h"

#include <sqlite3.h>

#include <iterator>

#include "store/sql_failure.h"

namespace kontor::store {
namespace {

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n;") == std::string_view::npos;
}

sqlite3_stmt* compile(sqlite3* database, std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const char* tail = nullptr;
  const int rc = sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()),
                                    SQLITE_PREPARE_PERSISTENT, &handle, &tail);
  if (rc != SQLITE_OK) throw SqlFailure(database);
  const auto used = static_cast<std::size_t>(tail - sql.data());
  if (handle != nullptr && is_blank(sql.substr(used))) return handle;
  sqlite3_finalize(handle);
  throw SqlFailure(SQLITE_MISUSE, "not exactly one statement: " + std::string(sql));
}

}  // namespace

StatementCache::StatementCache(sqlite3* database, std::size_t capacity)
    : database_(database), capacity_(capacity) {}

StatementCache::~StatementCache() {
  for (CachedStatement& entry : entries_) sqlite3_finalize(entry.handle);
}

Statement StatementCache::prepare(std::string_view sql) {
  const auto found = index_.find(sql);
  if (found == index_.end()) {
    const auto entry = add(sql);
    entry->kept = true;
    index_.emplace(entry->sql, entry);
    make_room();
    return lend(entry);
  }
  if (found->second->lent) return lend(add(sql));
  entries_.splice(entries_.begin(), entries_, found->second);
  return lend(found->second);
}

Statement StatementCache::lend(Entries::iterator entry) {
  entry->lent = true;
  return {*this, *entry};
}

StatementCache::Entries::iterator StatementCache::add(std::string_view sql) {
  sqlite3_stmt* handle = compile(database_, sql);
  entries_.push_front({.sql = std::string(sql), .handle = handle});
  return entries_.begin();
}

// The newest entry, which is about to be lent, is never the one to go.
void StatementCache::make_room() {
  auto entry = std::prev(entries_.end());
  while (index_.size() > capacity_ && entry != entries_.begin()) {
    const auto candidate = entry--;
    if (candidate->lent || !candidate->kept) continue;
    index_.erase(candidate->sql);
    sqlite3_finalize(candidate->handle);
    entries_.erase(candidate);
  }
}

void StatementCache::give_back(CachedStatement& entry) {
  sqlite3_reset(entry.handle);
  sqlite3_clear_bindings(entry.handle);
  entry.lent = false;
  if (entry.kept) return;
  sqlite3_finalize(entry.handle);
  entries_.remove_if([&entry](const CachedStatement& other) { return &other == &entry; });
}

}  // namespace kontor::store
