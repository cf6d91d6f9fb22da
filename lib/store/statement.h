// A prepared statement borrowed from a connection's cache for one scope; reset and given back at
// the end of the scope. Columns count from 0, parameters from 1 as in SQLite.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kontor::store {

class StatementCache;
struct CachedStatement;

// Tags a byte string that is to be bound as BLOB rather than TEXT.
struct Blob {
  std::string_view bytes;
};

// A column's value as it is stored: a number, or bytes. A view is valid until the next step.
struct StoredValue {
  bool null = true;
  std::int64_t integer = 0;
  std::string_view text = {};  // BLOBs too
};

// Methods throw store::SqlFailure on an SQLite error. It is caught by Store::read and Store::write
// (the store's border) and becomes an Error; code between need not handle it.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // Bound text and blobs are not copied: they must live until the statement is stepped to its end.
  Statement& bind(int index, std::nullptr_t);
  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, Blob blob);

  // Binds all parameters in order from 1.
  template <class... Args>
  Statement& with(const Args&... args) {
    int index = 0;
    (bind(++index, args), ...);
    return *this;
  }

  bool step();    // true: a row is there; false: done
  void run();     // steps to the end, ignoring rows, and rewinds
  void rewind();  // reset for another run; bindings stay

  // What is asked of every cell of a list in one question: a third of what is_null() and then
  // integer() or text() cost.
  StoredValue value(int column) const;
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;  // valid until the next step; blobs too
  std::string_view blob(int column) const;
  int columns() const;

 private:
  friend class StatementCache;
  Statement(StatementCache& cache, CachedStatement& entry) : cache_(&cache), entry_(&entry) {}
  void check_bound(int rc) const;
  StatementCache* cache_;
  CachedStatement* entry_;
};

}  // namespace kontor::store
