#include "store/page_writer.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "store/checkpoints.h"
#include "store/connection.h"
#include "store/page_checksums.h"
#include "store/sql_failure.h"
#include "store/wal_scan.h"

namespace kontor::store {
namespace {

// sqlite.org/fileformat2.html, 1.3 and 1.5.
constexpr std::size_t k_header_bytes = 100;
constexpr std::size_t k_page_bytes_at = 16;
constexpr std::size_t k_reserved_at = 20;
constexpr std::size_t k_user_version_at = 60;
constexpr std::int64_t k_lock_byte = 0x40000000;

// One statement for all pages, and page 1 last but for the size: before each statement SQLite looks
// whether the schema is still the one it knows, and would read half of the new one.
constexpr std::string_view k_put =
    "WITH RECURSIVE steps (at) AS (VALUES (0) UNION ALL SELECT at + 1 FROM steps WHERE at + 1 < "
    "?1) "
    "INSERT INTO sqlite_dbpage (pgno, data) SELECT page_number(at), page_bytes(at) FROM steps";
constexpr std::string_view k_get = "SELECT data FROM sqlite_dbpage WHERE pgno = ?1";

std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return number;
}

std::uint32_t page_bytes_in(std::string_view header) {
  const std::uint32_t told = number_at(header, k_page_bytes_at, 2);
  return told == 1 ? 65536 : told;
}

Error unreadable(const std::filesystem::path& file) {
  return {.code = Code::io_error,
          .message = file.string() + " cannot be read: " +
                     (errno == 0 ? "it is too short" : std::strerror(errno)) + "."};
}

// Fewer bytes only at the end.
Result<std::string> read_at(const UniqueFd& fd, std::size_t bytes, std::int64_t at,
                            const std::filesystem::path& file) {
  std::string out(bytes, '\0');
  std::size_t got = 0;
  while (got < bytes) {
    errno = 0;
    const ssize_t more =
        ::pread(fd.get(), out.data() + got, bytes - got, at + static_cast<std::int64_t>(got));
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return unreadable(file);
    if (more == 0) break;
    got += static_cast<std::size_t>(more);
  }
  out.resize(got);
  return out;
}

// The pages of a transaction, in the order in which they are put.
class PageSource {
 public:
  explicit PageSource(std::uint32_t database_pages) : database_pages_(database_pages) {}
  PageSource(const PageSource&) = delete;
  PageSource& operator=(const PageSource&) = delete;
  virtual ~PageSource() = default;

  virtual Result<std::string_view> page(std::uint32_t number) = 0;

  // SQLite never keeps anything in the page that holds the byte it locks.
  void add(std::uint32_t number, std::uint32_t page_bytes) {
    if (number != k_lock_byte / page_bytes + 1) numbers_.push_back(number);
  }
  // Page 1 and the cut are behind all the others.
  void finish() {
    if (!numbers_.empty() && numbers_.front() == 1)
      std::rotate(numbers_.begin(), numbers_.begin() + 1, numbers_.end());
    numbers_.push_back(database_pages_ + 1);
  }
  std::int64_t count() const { return static_cast<std::int64_t>(numbers_.size()); }
  std::uint32_t number(std::int64_t at) const { return numbers_[static_cast<std::size_t>(at)]; }
  bool is_cut(std::int64_t at) const { return at + 1 == count(); }

 private:
  const std::uint32_t database_pages_;
  std::vector<std::uint32_t> numbers_;
};

class PagesInMemory final : public PageSource {
 public:
  explicit PagesInMemory(const PageChange& change)
      : PageSource(change.database_pages), change_(change) {
    for (const auto& entry : change.pages) add(entry.first, change.page_bytes);
    finish();
  }
  Result<std::string_view> page(std::uint32_t number) override { return change_.pages.at(number); }

 private:
  const PageChange& change_;
};

class PagesOfFile final : public PageSource {
 public:
  PagesOfFile(const std::filesystem::path& path, const UniqueFd& fd, std::uint32_t page_bytes,
              std::uint32_t database_pages)
      : PageSource(database_pages), path_(path), fd_(fd), page_bytes_(page_bytes) {}

  Result<std::string_view> page(std::uint32_t number) override {
    page_ =
        TRY(read_at(fd_, page_bytes_, static_cast<std::int64_t>(number - 1) * page_bytes_, path_));
    if (page_.size() < page_bytes_) return unreadable(path_);
    return std::string_view(page_);
  }

  Result<void> find_differences(Connection& connection, std::uint32_t database_pages) {
    for (std::uint32_t number = 1; number <= database_pages; ++number) {
      const std::string_view theirs = TRY(page(number));
      Statement row = connection.prepare(k_get);
      row.with(static_cast<std::int64_t>(number));
      if (!row.step() || row.blob(0) != theirs) add(number, page_bytes_);
    }
    finish();
    return {};
  }

 private:
  const std::filesystem::path& path_;
  const UniqueFd& fd_;
  const std::uint32_t page_bytes_;
  std::string page_;
};

PageSource& source_of(sqlite3_context* context) {
  return *static_cast<PageSource*>(sqlite3_user_data(context));
}

void give_number(sqlite3_context* context, int, sqlite3_value** arguments) {
  sqlite3_result_int64(context, source_of(context).number(sqlite3_value_int64(arguments[0])));
}

// NULL is the cut.
void give_bytes(sqlite3_context* context, int, sqlite3_value** arguments) {
  PageSource& source = source_of(context);
  const std::int64_t at = sqlite3_value_int64(arguments[0]);
  if (source.is_cut(at)) return sqlite3_result_null(context);
  const auto page = source.page(source.number(at));
  if (!page.ok()) return sqlite3_result_error_code(context, SQLITE_IOERR_READ);
  sqlite3_result_blob(context, page->data(), static_cast<int>(page->size()), SQLITE_TRANSIENT);
}

void add_function(Connection& connection, const char* name, PageSource& source,
                  void (*give)(sqlite3_context*, int, sqlite3_value**)) {
  const int rc =
      sqlite3_create_function_v2(connection.handle(), name, 1, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                                 &source, give, nullptr, nullptr, nullptr);
  if (rc != SQLITE_OK) throw SqlFailure(connection.handle());
}

// On a connection of its own each time: SQLite's memory of tree pages does not notice that they
// change underneath. What fails rolls back as the connection ends.
class Writing {
 public:
  explicit Writing(const std::filesystem::path& database)
      : connection_({.database = database, .role = Role::writer}), checkpoints_(connection_, {}) {
    sqlite3_db_config(connection_.handle(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
    connection_.prepare("BEGIN IMMEDIATE").run();
  }

  Connection& connection() { return connection_; }

  void commit(PageSource& source) {
    add_function(connection_, "page_number", source, give_number);
    add_function(connection_, "page_bytes", source, give_bytes);
    connection_.prepare(k_put).with(source.count()).run();
    connection_.prepare("COMMIT").run();
    checkpoints_.after_commit();
  }

 private:
  Connection connection_;
  Checkpoints checkpoints_;
};

}  // namespace

std::int64_t schema_of_page(std::string_view first_page) {
  if (first_page.size() < k_header_bytes) return -1;
  return number_at(first_page, k_user_version_at, 4);
}

Result<std::unique_ptr<PageWriter>> PageWriter::open(const std::filesystem::path& database) {
  TRY(check_wal(database));
  try {
    auto connection =
        std::make_unique<Connection>(ConnectionOptions{.database = database, .role = Role::writer});
    if (Checkpoints(*connection, {}).truncate())
      return std::make_unique<PageWriter>(database, std::move(connection));
  } catch (const SqlFailure& failure) {
    return to_error(failure);
  }
  return Error{.code = Code::locked,
               .message = database.string() + " is in use by another program.",
               .hint = "stop the program that reads it"};
}

PageWriter::PageWriter(std::filesystem::path database, std::unique_ptr<Connection> connection)
    : database_(std::move(database)),
      connection_(std::move(connection)),
      page_bytes_(static_cast<std::uint32_t>(connection_->integer("PRAGMA page_size"))),
      reserved_bytes_(has_page_checksums(database_) ? k_page_checksum_bytes : 0) {}

PageWriter::~PageWriter() = default;

Result<void> PageWriter::apply(const PageChange& change) {
  const auto first = change.pages.find(1);
  TRY(check_form(change.page_bytes,
                 first == change.pages.end() ? std::string_view() : first->second));
  try {
    PagesInMemory pages(change);
    Writing(database_).commit(pages);
    return {};
  } catch (const SqlFailure& failure) {
    return to_error(failure);
  }
}

Result<void> PageWriter::become(const std::filesystem::path& other) {
  const UniqueFd fd(::open(other.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return unreadable(other);
  const std::string header = TRY(read_at(fd, k_header_bytes, 0, other));
  if (header.size() < k_header_bytes) return unreadable(other);
  TRY(check_form(page_bytes_in(header), header));
  const auto count = static_cast<std::uint32_t>(::lseek(fd.get(), 0, SEEK_END) / page_bytes_);
  try {
    PagesOfFile pages(other, fd, page_bytes_, count);
    Writing writing(database_);
    TRY(pages.find_differences(writing.connection(), count));
    writing.commit(pages);
    return {};
  } catch (const SqlFailure& failure) {
    return to_error(failure);
  }
}

Result<std::int64_t> PageWriter::schema_version() {
  try {
    return connection_->integer("PRAGMA user_version");
  } catch (const SqlFailure& failure) {
    return to_error(failure);
  }
}

Result<void> PageWriter::check_form(std::uint32_t page_bytes, std::string_view first_page) const {
  const bool is_reserved_same =
      first_page.empty() || number_at(first_page, k_reserved_at, 1) == reserved_bytes_;
  if (page_bytes == page_bytes_ && is_reserved_same) return {};
  return Error{.code = Code::verification_failed,
               .message = "The pages have another form than those of the database here.",
               .kind = "other_form"};
}

}  // namespace kontor::store
