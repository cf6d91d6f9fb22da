// The prepared statements of one connection, kept by the text of their SQL.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/statement.h"

struct sqlite3;
struct sqlite3_stmt;

namespace kontor::store {

struct CachedStatement {
  std::string sql;
  sqlite3_stmt* handle = nullptr;
  bool lent = false;
  bool kept = false;  // false: a second copy of a lent statement; finalised when it comes back
};

// Least recently used statements go first when there are more than `capacity`. Lent statements
// stay. All must be given back before the cache ends. One thread at a time.
class StatementCache {
 public:
  StatementCache(sqlite3* database, std::size_t capacity);
  StatementCache(const StatementCache&) = delete;
  StatementCache& operator=(const StatementCache&) = delete;
  ~StatementCache();

  // Throws SqlFailure if `sql` is not exactly one statement.
  Statement prepare(std::string_view sql);
  std::size_t size() const { return index_.size(); }

 private:
  friend class Statement;
  using Entries = std::list<CachedStatement>;

  Statement lend(Entries::iterator entry);
  Entries::iterator add(std::string_view sql);
  void make_room();
  void give_back(CachedStatement& entry);

  sqlite3* database_;
  std::size_t capacity_;
  Entries entries_;  // most recently used first
  std::unordered_map<std::string_view, Entries::iterator> index_;
};

}  // namespace kontor::store
