#include "backup/table_digest.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <system_error>

#include "base/sha256.h"
#include "store/connection.h"
#include "store/sql_failure.h"

namespace kontor::backup {
namespace {

constexpr int k_findings = 10;

void add_length(std::string& out, std::size_t length) {
  for (int shift = 0; shift < 64; shift += 8) {
    out.push_back(static_cast<char>((static_cast<std::uint64_t>(length) >> shift) & 0xFF));
  }
}

void add_value(std::string& out, const store::Statement& row, int column) {
  if (row.is_null(column)) {
    out.push_back('n');
    return;
  }
  const std::string_view bytes = row.blob(column);
  out.push_back('v');
  add_length(out, bytes.size());
  out.append(bytes);
}

std::string quoted(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out + "\"";
}

// NOT INDEXED: the order of the table itself, not that of an index that happens to cover it.
TableDigest digest_of(store::Connection& connection, const std::string& table) {
  TableDigest digest{.name = table};
  Sha256Stream stream;
  std::string bytes;
  store::Statement row = connection.prepare("SELECT * FROM main." + quoted(table) + " NOT INDEXED");
  while (row.step()) {
    bytes.clear();
    for (int column = 0; column < row.columns(); ++column) add_value(bytes, row, column);
    stream.add(bytes);
    ++digest.rows;
  }
  digest.sha256 = stream.hex();
  return digest;
}

std::vector<std::string> tables_of(store::Connection& connection) {
  std::vector<std::string> names;
  store::Statement row = connection.prepare(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
      "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name");
  while (row.step()) names.emplace_back(row.text(0));
  return names;
}

std::string schema_digest(store::Connection& connection) {
  std::string text;
  store::Statement row =
      connection.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
  while (row.step()) {
    for (int column = 0; column < 4; ++column) add_value(text, row, column);
  }
  return sha256_hex(text);
}

Contents contents_of(store::Connection& connection) {
  Contents contents{.schema_version = connection.integer("PRAGMA user_version"),
                    .schema_sha256 = schema_digest(connection)};
  for (const std::string& table : tables_of(connection)) {
    contents.tables.push_back(digest_of(connection, table));
  }
  return contents;
}

std::vector<std::string> damage_in(store::Connection& connection) {
  std::vector<std::string> found;
  store::Statement pages =
      connection.prepare("PRAGMA integrity_check(" + std::to_string(k_findings) + ")");
  while (pages.step()) found.emplace_back(pages.text(0));
  if (found == std::vector<std::string>{"ok"}) found.clear();
  store::Statement references = connection.prepare("PRAGMA foreign_key_check");
  for (int count = 0; count < k_findings && references.step(); ++count) {
    found.push_back("row " + std::to_string(references.integer(1)) + " of " +
                    std::string(references.text(0)) + " refers to a row of " +
                    std::string(references.text(2)) + " that is not there");
  }
  return found;
}

// A database in WAL mode gets a log and its index even from a reader.
void remove_traces(const std::filesystem::path& database) {
  std::error_code ignored;
  for (const char* suffix : {"-wal", "-shm"}) {
    std::filesystem::remove(database.string() + suffix, ignored);
  }
}

template <class T>
Result<T> look(const std::filesystem::path& database, T (*read)(store::Connection&)) {
  const auto run = [&]() -> Result<T> {
    try {
      store::Connection connection({.database = database, .role = store::Role::reader});
      return read(connection);
    } catch (const store::SqlFailure& failure) {
      return Error{
          .code = Code::verification_failed,
          .message = database.string() + " cannot be read as a database: " + failure.what() + ".",
          .kind = "database_damaged"};
    }
  };
  Result<T> result = run();
  remove_traces(database);
  return result;
}

std::string rows(std::int64_t count) {
  return std::to_string(count) + (count == 1 ? " row" : " rows");
}

void compare(const TableDigest& expected, const Contents& found, std::vector<std::string>& out) {
  const auto same = std::find_if(found.tables.begin(), found.tables.end(),
                                 [&](const auto& table) { return table.name == expected.name; });
  if (same == found.tables.end()) {
    out.push_back("table " + expected.name + " is missing");
  } else if (same->rows != expected.rows) {
    out.push_back("table " + expected.name + " has " + rows(same->rows) + ", the manifest says " +
                  std::to_string(expected.rows));
  } else if (same->sha256 != expected.sha256) {
    out.push_back("table " + expected.name + " has " + rows(same->rows) +
                  " as the manifest says, but with another content");
  }
}

}  // namespace

Result<Contents> read_contents(const std::filesystem::path& database) {
  return look(database, contents_of);
}

Result<std::vector<std::string>> find_damage(const std::filesystem::path& database) {
  return look(database, damage_in);
}

std::vector<std::string> differences(const Contents& found, const Contents& expected) {
  std::vector<std::string> out;
  if (found.schema_version != expected.schema_version) {
    out.push_back("the schema is " + std::to_string(found.schema_version) + ", the manifest says " +
                  std::to_string(expected.schema_version));
  }
  if (found.schema_sha256 != expected.schema_sha256) {
    out.emplace_back("the text of the schema is not the one of the manifest");
  }
  for (const TableDigest& table : expected.tables) compare(table, found, out);
  if (found.tables.size() > expected.tables.size()) {
    out.emplace_back("there are tables that the manifest does not name");
  }
  return out;
}

}  // namespace kontor::backup
