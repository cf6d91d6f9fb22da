#include "crm/exports/workbook.h"

#include <catch_amalgamated.hpp>

#include "crm/exports/csv_form.h"

namespace kontor::crm {
namespace {

// What is deflated cannot be read here; tests/cli/test_export.py opens the files. These are the
// outlines: which sheets there are, and that the caller may empty what he was given.
std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++found;
  return found;
}

std::string directory_of(std::string_view archive) {
  return std::string(archive.substr(archive.find("PK\x01\x02")));
}

TEST_CASE("a workbook has a sheet for each table") {
  Workbook book;
  std::string out;
  book.begin(out, "customers", {{.name = "id"}});
  book.row(out, {"1"});
  book.begin(out, "orders", {{.name = "id"}, {.name = "total", .kind = CellKind::number}});
  REQUIRE(book.finish(out).ok());
  CHECK(count(directory_of(out), "xl/worksheets/sheet") == 2);
  CHECK(count(directory_of(out), "PK\x01\x02") == 7);
}

TEST_CASE("a workbook is the same when it is taken away piece by piece") {
  const auto write = [](bool in_pieces) {
    Workbook book;
    std::string whole, piece;
    const auto take = [&] {
      if (!in_pieces) return;
      whole += piece;
      piece.clear();
    };
    book.begin(piece, "customers", {{.name = "id"}});
    for (int i = 0; i < 5000; ++i) {
      book.row(piece, {std::to_string(i * 7919)});
      take();
    }
    REQUIRE(book.finish(piece).ok());
    return whole + piece;
  };
  CHECK(write(true) == write(false));
}

TEST_CASE("a table that is too long for a sheet goes on in the next") {
  Workbook book;
  std::string out;
  book.begin(out, "customers", {{.name = "id"}});
  const std::vector<std::string> row = {""};
  for (int i = 0; i < 1'048'575; ++i) book.row(out, row);
  book.row(out, row);
  REQUIRE(book.finish(out).ok());
  CHECK(count(directory_of(out), "xl/worksheets/sheet") == 2);
}

TEST_CASE("a CSV table begins with its names, and with a byte order mark where one is wanted") {
  std::string plain, marked;
  CsvForm(';', false).begin(plain, "customers", {{.name = "id"}, {.name = "name"}});
  CsvForm(',', true).begin(marked, "customers", {{.name = "id"}, {.name = "name"}});
  CHECK(plain == "id;name\r\n");
  CHECK(marked ==
        "\xEF\xBB\xBF"
        "id,name\r\n");
}

}  // namespace
}  // namespace kontor::crm
