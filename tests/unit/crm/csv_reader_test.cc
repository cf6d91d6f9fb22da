#include <algorithm>
#include <sstream>

#include "base/json.h"
#include "base/limits.h"
#include "crm/imports/csv.h"
#include "unit/crm/shared_data.h"

using namespace kontor;
using namespace kontor::crm;
using namespace kontor::test;
using Cells = std::vector<std::string>;

namespace {

struct Read {
  Cells header;
  std::vector<CsvRow> rows;
  char delimiter = 0;
};

Read read(const std::string& text) {
  std::istringstream in(text);
  CsvReader reader(in);
  auto header = reader.header();
  REQUIRE(header.ok());
  Read result{*header, {}, reader.delimiter().front()};
  while (auto row = reader.next()) result.rows.push_back(*row);
  return result;
}

Error refusal(const std::string& text) {
  std::istringstream in(text);
  auto header = CsvReader(in).header();
  REQUIRE_FALSE(header.ok());
  return header.error();
}

std::string code(const CsvRow& row) { return row.fault ? row.fault->code : ""; }

std::string without_cr(std::string text) {
  std::erase(text, '\r');
  return text;
}

}  // namespace

TEST_CASE("every file of csv-spectrum reads as its answer says") {
  const auto folder = shared_data("csv-spectrum");
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "csvs")) {
    const std::string name = entry.path().stem().string();
    INFO(name);
    const Json expected = *parse_json(read_text(folder / "json" / (name + ".json")));
    const Read got = read(read_text(entry.path()));
    // An answer may be one object instead of an array of one.
    const JsonArray answers = expected.array() != nullptr ? *expected.array() : JsonArray{expected};
    REQUIRE(got.rows.size() == answers.size());
    for (std::size_t i = 0; i < answers.size(); ++i) {
      CHECK(code(got.rows[i]).empty());
      for (std::size_t cell = 0; cell < got.header.size(); ++cell) {
        // The set's own slip: the file has another number than its answer.
        if (got.header[cell] == "Contact Phone Number") continue;
        const Json* answer = answers[i].find(got.header[cell]);
        REQUIRE(answer != nullptr);
        CHECK(without_cr(got.rows[i].cells[cell]) == without_cr(*answer->string()));
      }
    }
    ++files;
  }
  CHECK(files == 12);
}

TEST_CASE("rows end with LF, CRLF or CR alone, the last one also without") {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const Read got = read("a,b" + end + "1,2" + end + "3,4");
    REQUIRE(got.rows.size() == 2);
    CHECK(got.rows[0].cells == Cells{"1", "2"});
    CHECK(got.rows[1].cells == Cells{"3", "4"});
  }
}

TEST_CASE("the delimiter is what the header is made of") {
  for (const char delimiter : {',', ';', '\t', '|'}) {
    const std::string d(1, delimiter);
    const Read got = read("a" + d + "b" + d + "\"c,;d\"\n1" + d + "2" + d + "3\n");
    CHECK(got.delimiter == delimiter);
    CHECK(got.header == Cells{"a", "b", "c,;d"});
    CHECK(got.rows.at(0).cells == Cells{"1", "2", "3"});
  }
  CHECK(read("alone\nx\n").delimiter == ',');
}

TEST_CASE("a byte order mark is no part of the first header") {
  CHECK(read("\xEF\xBB\xBFname,city\nA,B\n").header == Cells{"name", "city"});
}

TEST_CASE("cells in quotes hold delimiters, line breaks and quotes") {
  const Read got = read("a,b\n\"x, \"\"y\"\"\r\nz\",2\n");
  CHECK(got.rows.at(0).cells == Cells{"x, \"y\"\r\nz", "2"});
}

TEST_CASE("a quote within a cell that has none around it is a character") {
  CHECK(read("a,b\n37'37.8\"N,2\n").rows.at(0).cells == Cells{"37'37.8\"N", "2"});
}

TEST_CASE("ragged rows are faulty, and the rows around them stay as they are") {
  const Read got = read("a,b,c\n1,2\n1,2,3\n1,2,3,4\n4,5,6\n");
  REQUIRE(got.rows.size() == 4);
  CHECK(code(got.rows[0]) == "ragged_row");
  CHECK(got.rows[0].number == 2);
  CHECK(got.rows[1].cells == Cells{"1", "2", "3"});
  CHECK(code(got.rows[2]) == "ragged_row");
  CHECK(got.rows[3].cells == Cells{"4", "5", "6"});
  CHECK(got.rows[3].number == 5);
}

TEST_CASE("NUL, invalid UTF-8 and text behind a quote spoil their own row only") {
  const std::string text = std::string("a,b\n1,x") + '\0' + "y\n2,\xC3\x28\n3,\"q\"r\n4,fine\n";
  const Read got = read(text);
  REQUIRE(got.rows.size() == 4);
  CHECK(code(got.rows[0]) == "nul_byte");
  CHECK(code(got.rows[1]) == "invalid_text");
  CHECK(code(got.rows[2]) == "text_after_quote");
  CHECK(code(got.rows[3]).empty());
}

TEST_CASE("a quote that is never closed is named, and does not eat the memory or the file") {
  CHECK(code(read("a,b\n1,\"open\n2,3\n").rows.at(0)) == "unterminated_quote");

  std::string text = "a,b\n1,\"open";
  while (text.size() < 2 * limits::csv_row_bytes) text += "xxxxxxxxxxxxxxxxxxxxxxxx,yyyyyyyyyyyy\n";
  text += "8,9\n";
  const Read got = read(text);
  CHECK(got.rows.at(0).fault.has_value());
  for (const CsvRow& row : got.rows)
    for (const std::string& cell : row.cells) CHECK(cell.size() <= limits::csv_cell_bytes);
  CHECK(got.rows.back().cells == Cells{"8", "9"});
}

TEST_CASE("a cell over the bound is refused with its row") {
  const std::string big(limits::csv_cell_bytes + 1, 'x');
  const Read got = read("a,b\n1," + big + "\n2,3\n");
  CHECK(code(got.rows.at(0)) == "cell_too_large");
  CHECK(got.rows.at(1).cells == Cells{"2", "3"});
}

TEST_CASE("empty lines are no rows, but count as one, as in a spreadsheet") {
  const Read got = read("a\n\n1\n\"\"\n");
  REQUIRE(got.rows.size() == 2);
  CHECK(got.rows[0].number == 3);
  CHECK(got.rows[1].cells == Cells{""});
}

TEST_CASE("what is no CSV file is refused with a way out") {
  CHECK(refusal("").message == "The file is empty.");
  CHECK(refusal("\xFF\xFE"
                "a")
            .hint.find("UTF-8") != std::string::npos);
  CHECK(refusal("PK\x03\x04 spreadsheet").kind == "bad_csv");
}

TEST_CASE("a file read in pieces is the same file") {
  std::string text = "a,b\n";
  for (int i = 0; i < 20'000; ++i)
    text += std::to_string(i) + ",\"cell, " + std::to_string(i) + "\"\r\n";
  const Read got = read(text);
  REQUIRE(got.rows.size() == 20'000);
  CHECK(got.rows.back().cells == Cells{"19999", "cell, 19999"});
  CHECK(std::none_of(got.rows.begin(), got.rows.end(),
                     [](const CsvRow& row) { return row.fault.has_value(); }));
}

TEST_CASE("what is written as CSV reads back") {
  const Cells cells{"plain", "with, comma", "with \"quote\"", "two\r\nlines", "", "a;b|c\td"};
  std::string text;
  append_csv_row(text, {"1", "2", "3", "4", "5", "6"});
  append_csv_row(text, cells);
  CHECK(read(text).rows.at(0).cells == cells);
}
