// Puts pages that another server has committed into a database that is read meanwhile: through
// SQLite's table of pages (sqlite.org/dbpage.html, the way of sqlite3_rsync), so that readers see
// all of it or nothing, and the file stays one like any other. What came in is synced.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string_view>

#include "base/result.h"

namespace kontor::store {

class Connection;

// The pages that some commits changed, as they are after the last of them.
struct PageChange {
  std::uint32_t page_bytes = 0;
  std::uint32_t database_pages = 0;                        // after it
  const std::map<std::uint32_t, std::string_view>& pages;  // by number, from 1
};

// The schema that page 1 tells of; -1: it is no page 1. sqlite.org/fileformat2.html, 1.3.
std::int64_t schema_of_page(std::string_view first_page);

// The only writer of its database. One thread at a time.
class PageWriter {
 public:
  // First the log that the last process left goes into the file. Code::locked if somebody reads it.
  static Result<std::unique_ptr<PageWriter>> open(const std::filesystem::path& database);
  PageWriter(std::filesystem::path database, std::unique_ptr<Connection> connection);
  ~PageWriter();

  // One transaction. Code::verification_failed, kind other_form, for pages of another size, or with
  // other room at their ends, than this database has.
  Result<void> apply(const PageChange& change);
  // Makes it what `other` is, a database that nobody has open, in one transaction that holds the
  // pages that differ.
  Result<void> become(const std::filesystem::path& other);
  // PRAGMA user_version.
  Result<std::int64_t> schema_version();

 private:
  Result<void> check_form(std::uint32_t page_bytes, std::string_view first_page) const;

  const std::filesystem::path database_;
  std::unique_ptr<Connection> connection_;  // keeps the log when those that write end
  const std::uint32_t page_bytes_;
  const unsigned char reserved_bytes_;
};

}  // namespace kontor::store
