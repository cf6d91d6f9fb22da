// What SQLite's page checksums (ext/misc/cksumvfs.c) cost a reader. Called by page_checksums.sh.
// page_checksums make|read FILE plain|sum
#include <sqlite3.h>
#include <sys/resource.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

extern "C" int sqlite3_register_cksumvfs(const char*);

namespace {

constexpr int k_rows = 200'000;

struct Reading {
  const char* name;
  const char* sql;
  int times;
  int ids;  // out of so many rows
};

constexpr std::array<Reading, 4> k_readings = {{
    {"by id, page not cached", "SELECT name, email, note FROM t WHERE id = ?1", 200'000, k_rows},
    {"by id, page cached", "SELECT name, email, note FROM t WHERE id = ?1", 200'000, 5'000},
    {"list of 50", "SELECT id, note FROM t WHERE name >= ?2 ORDER BY name LIMIT 50", 4'000, k_rows},
    {"whole table", "SELECT sum(length(note)) FROM t WHERE id > ?1 * 0", 3, k_rows},
}};

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

void run(sqlite3* database, const std::string& sql) {
  if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return;
  std::fprintf(stderr, "%s\n", sqlite3_errmsg(database));
  std::exit(1);
}

void make(sqlite3* database, bool sums) {
  int reserved = 8;
  if (sums) sqlite3_file_control(database, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
  run(database,
      "PRAGMA journal_mode=WAL; CREATE TABLE t (id INTEGER PRIMARY KEY, name, email, note);"
      "CREATE INDEX t_name ON t (name);");
  run(database,
      "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
      "WHERE i < " +
          std::to_string(k_rows) +
          ") SELECT i, hex(randomblob(10)), "
          "hex(randomblob(12)), hex(randomblob(200)) FROM n; PRAGMA wal_checkpoint(TRUNCATE);");
}

double microseconds(sqlite3* database, const Reading& reading) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(database, reading.sql, -1, &statement, nullptr);
  std::mt19937 random(7);
  const double began = cpu_seconds();
  for (int at = 0; at < reading.times; ++at) {
    std::array<char, 8> name{};
    std::snprintf(name.data(), name.size(), "%04X", static_cast<unsigned>(random() & 0xffff));
    sqlite3_bind_int64(statement, 1,
                       1 + static_cast<int>(random() % static_cast<unsigned>(reading.ids)));
    sqlite3_bind_text(statement, 2, name.data(), -1, SQLITE_TRANSIENT);
    while (sqlite3_step(statement) == SQLITE_ROW) {
    }
    sqlite3_reset(statement);
  }
  sqlite3_finalize(statement);
  return (cpu_seconds() - began) * 1e6 / reading.times;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  const bool sums = std::string_view(arguments[3]) == "sum";
  if (sums) sqlite3_register_cksumvfs(nullptr);
  sqlite3* database = nullptr;
  if (sqlite3_open(arguments[2], &database) != SQLITE_OK) return 1;
  if (std::string_view(arguments[1]) == "make") {
    make(database, sums);
  } else {
    run(database, "PRAGMA cache_size=-8192; PRAGMA mmap_size=0;");
    for (const Reading& reading : k_readings) {
      std::printf("%-5s  %-22s  %10.2f us\n", arguments[3], reading.name,
                  microseconds(database, reading));
    }
  }
  return sqlite3_close(database) == SQLITE_OK ? 0 : 1;
}
