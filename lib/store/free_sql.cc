#include "store/free_sql.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "store/connection.h"
#include "store/sql_failure.h"

namespace kontor::store {
namespace {

using StatementHandle = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

// Those that only tell.
constexpr auto k_pragmas = std::to_array<std::string_view>(
    {"table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo",
     "foreign_key_list", "foreign_key_check", "quick_check", "integrity_check", "database_list",
     "compile_options", "collation_list", "function_list", "pragma_list"});
// Those that tell unless a value is given.
constexpr auto k_values =
    std::to_array<std::string_view>({"page_count", "page_size", "freelist_count", "user_version",
                                     "application_id", "encoding", "schema_version", "data_version",
                                     "journal_mode", "synchronous", "foreign_keys", "cache_size"});

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

bool pragma_tells(const char* name, const char* value) {
  if (name == nullptr) return false;
  return is_one_of(name, k_pragmas) || (value == nullptr && is_one_of(name, k_values));
}

bool changes_rows(int action) {
  return action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE;
}

bool only_reads(int action) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE: return true;
    default: return false;
  }
}

// Decides while SQLite compiles a statement; remembers what it refused.
struct Gatekeeper {
  bool may_write;
  int refused = 0;

  static int decide(void* self, int action, const char* first, const char* second, const char*,
                    const char*) {
    auto* keeper = static_cast<Gatekeeper*>(self);
    const bool fine = only_reads(action) ||
                      (action == SQLITE_PRAGMA && pragma_tells(first, second)) ||
                      (keeper->may_write && changes_rows(action));
    if (fine) return SQLITE_OK;
    keeper->refused = action;
    return SQLITE_DENY;
  }
};

Error refusal(const Gatekeeper& keeper) {
  if (!keeper.may_write && changes_rows(keeper.refused)) {
    return {.code = Code::forbidden,
            .message = "This changes rows, and only reading was asked for.",
            .kind = "read_only",
            .hint = "kontor sql --write, after a look at what it would change"};
  }
  return {.code = Code::forbidden,
          .message =
              "Only rows can be read and changed: no transactions, no other files, no "
              "pragmas that change something, no changes of the schema.",
          .kind = "refused_sql",
          .hint = "kontor migrate changes the schema, kontor backup copies the database"};
}

Error not_sql(sqlite3* handle) {
  return {.code = Code::invalid,
          .message = std::string("SQLite: ") + sqlite3_errmsg(handle) + ".",
          .kind = "bad_sql",
          .hint = "kontor sql \"SELECT name FROM sqlite_schema\""};
}

FreeValue value_at(sqlite3_stmt* row, int column) {
  const int type = sqlite3_column_type(row, column);
  if (type == SQLITE_NULL) return {};
  const void* data =
      type == SQLITE_BLOB ? sqlite3_column_blob(row, column) : sqlite3_column_text(row, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
  const std::string_view bytes(static_cast<const char*>(data), data == nullptr ? 0 : size);
  switch (type) {
    case SQLITE_INTEGER: return {FreeValue::Kind::integer, bytes};
    case SQLITE_FLOAT: return {FreeValue::Kind::real, bytes};
    case SQLITE_BLOB: return {FreeValue::Kind::blob, bytes};
    default: return {FreeValue::Kind::text, bytes};
  }
}

}  // namespace

// Holds the connection's gatekeeper and deadline for the time of the statements.
class FreeSql {
 public:
  FreeSql(ReadTx& tx, bool may_write, const FreeSqlLimit& limit, const FreeSqlReader& reader)
      : connection_(tx.connection_), keeper_{.may_write = may_write}, reader_(reader) {
    sqlite3_set_authorizer(connection_.handle(), &Gatekeeper::decide, &keeper_);
    connection_.set_deadline(limit.clock, limit.clock.monotonic_ms() + limit.limit_ms);
  }
  FreeSql(const FreeSql&) = delete;
  FreeSql& operator=(const FreeSql&) = delete;
  ~FreeSql() {
    sqlite3_set_authorizer(connection_.handle(), nullptr, nullptr);
    connection_.clear_deadline();
  }

  Result<void> run(std::string_view sql) {
    if (sql.find('\0') != std::string_view::npos) {
      return Error{.code = Code::invalid, .message = "The SQL holds a NUL.", .kind = "bad_sql"};
    }
    while (!sql.empty()) {
      StatementHandle statement = TRY(compile(sql));
      if (statement) TRY(run_one(statement.get()));
    }
    return {};
  }

 private:
  // Empty for what is only space or a comment. Takes what it compiled from `sql`.
  Result<StatementHandle> compile(std::string_view& sql) {
    sqlite3_stmt* raw = nullptr;
    const char* tail = nullptr;
    const int rc = sqlite3_prepare_v2(connection_.handle(), sql.data(),
                                      static_cast<int>(sql.size()), &raw, &tail);
    StatementHandle statement(raw, sqlite3_finalize);
    if (rc == SQLITE_AUTH) return refusal(keeper_);
    if (rc == SQLITE_ERROR || rc == SQLITE_TOOBIG) return not_sql(connection_.handle());
    if (rc != SQLITE_OK) throw SqlFailure(connection_.handle());
    sql.remove_prefix(static_cast<std::size_t>(tail - sql.data()));
    return statement;
  }

  Result<void> run_one(sqlite3_stmt* statement) {
    std::vector<FreeValue> row(static_cast<std::size_t>(sqlite3_column_count(statement)));
    std::vector<std::string> columns;
    for (std::size_t i = 0; i < row.size(); ++i) {
      columns.emplace_back(sqlite3_column_name(statement, static_cast<int>(i)));
    }
    reader_.columns(columns);
    const sqlite3_int64 before = sqlite3_total_changes64(connection_.handle());
    int rc = SQLITE_ROW;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
      for (std::size_t i = 0; i < row.size(); ++i)
        row[i] = value_at(statement, static_cast<int>(i));
      TRY(reader_.row(row));
    }
    if (rc == SQLITE_AUTH) return refusal(keeper_);
    if (sqlite3_extended_errcode(connection_.handle()) == SQLITE_ERROR) {
      return not_sql(connection_.handle());
    }
    if (rc != SQLITE_DONE) throw SqlFailure(connection_.handle());
    reader_.end(sqlite3_total_changes64(connection_.handle()) - before);
    return {};
  }

  Connection& connection_;
  Gatekeeper keeper_;
  const FreeSqlReader& reader_;
};

Result<void> run_free_sql(ReadTx& tx, std::string_view sql, const FreeSqlLimit& limit,
                          const FreeSqlReader& reader) {
  return FreeSql(tx, false, limit, reader).run(sql);
}

Result<void> run_free_sql(WriteTx& tx, std::string_view sql, const FreeSqlLimit& limit,
                          const FreeSqlReader& reader) {
  return FreeSql(tx, true, limit, reader).run(sql);
}

}  // namespace kontor::store
