// The functions that the program adds to SQL.
#include "store/sql_functions.h"

#include <catch_amalgamated.hpp>

#include "support/small_store.h"

using namespace kontor;

namespace {

struct Sql {
  std::string text(const std::string& expression) {
    return *database.store->read([&](store::ReadTx& tx) -> Result<std::string> {
      store::Statement row = tx.prepare("SELECT " + expression);
      row.step();
      return row.is_null(0) ? std::string("NULL") : std::string(row.text(0));
    });
  }
  test::SmallStore database;
};

}  // namespace

TEST_CASE("fold_text folds as search does") {
  Sql sql;
  CHECK(sql.text("fold_text('Nguyễn Văn-Đức')") == "nguyen van duc");
  CHECK(sql.text("fold_text(1.5)") == "1 5");
  CHECK(sql.text("fold_text('')").empty());
  CHECK(sql.text("fold_text(NULL)") == "NULL");
}

TEST_CASE("the bytes of sort keys are in the order of the values") {
  Sql sql;
  std::string before;
  for (const char* value : {"-9e300",
                            "-1000000.5",
                            "-2",
                            "'-1.5'",
                            "-1e-300",
                            "0",
                            "1e-300",
                            "0.25",
                            "1",
                            "'1.5'",
                            "2",
                            "'10'",
                            "9007199254740991",
                            "9223372036854775807",
                            "9e300",
                            "'--'",
                            "'2026-01-05'",
                            "'2026-01-06'",
                            "'ăn'",
                            "'Ant'",
                            "'Đá'",
                            "'Zoë'",
                            "'ьѣ'"}) {
    INFO(value);
    const std::string key = sql.text("sort_key(" + std::string(value) + ")");
    CHECK(before < key);
    before = key;
  }
}

TEST_CASE("alike is alike, whatever it is written as; empty is nothing") {
  Sql sql;
  CHECK(sql.text("sort_key(10) = sort_key('10.0')") == "1");
  CHECK(sql.text("sort_key(-0.0) = sort_key(0)") == "1");
  CHECK(sql.text("sort_key('Đà') = sort_key('da')") == "1");
  CHECK(sql.text("sort_key('')") == "NULL");
  CHECK(sql.text("sort_key(NULL)") == "NULL");
  CHECK(sql.text("length(sort_key(printf('%.*c', 5000, 'x')))") ==
        std::to_string(store::k_sort_key_bytes + 1));
}

TEST_CASE("what reads as a number") {
  for (const char* text : {"0", "-1", "007", "12.50", "123456789012345"})
    CHECK(store::reads_as_number(text));
  for (const char* text : {"", "-", ".5", "5.", "1e3", "+1", " 1", "1,5", "1234567890123456", "१"})
    CHECK_FALSE(store::reads_as_number(text));
}
