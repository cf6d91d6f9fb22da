// Files of every form come to the same: names of columns, and rows under them.
#include <catch_amalgamated.hpp>
#include <sstream>

#include "crm/imports/formats/reading.h"

using namespace kontor;
using namespace kontor::crm;
using Cells = std::vector<std::string>;

namespace {

struct Table {
  Cells header;
  std::vector<SourceRow> rows;
  std::string format, encoding;

  std::string at(std::size_t row, const std::string& name) const {
    for (std::size_t i = 0; i < header.size(); ++i)
      if (header[i] == name) return rows.at(row).cells.at(i);
    return "(no column " + name + ")";
  }
  std::string fault(std::size_t row) const {
    return rows.at(row).fault ? rows.at(row).fault->code : "";
  }
};

Result<Table> try_read(const std::string& text, const std::string& name = "",
                       const Reading& reading = {}) {
  std::istringstream file(text);
  OpenedRows opened = TRY(open_source(file, name, reading));
  Table table {
    TRY(opened.rows->header())
    , {}, std::string(opened.format), std::string(opened.encoding)
  };
  while (auto row = opened.rows->next()) table.rows.push_back(*row);
  return table;
}

Table read(const std::string& text, const std::string& name = "", const Reading& reading = {}) {
  auto table = try_read(text, name, reading);
  if (!table.ok()) FAIL(table.error().message);
  return *table;
}

std::string card(const std::string& lines) {
  return "BEGIN:VCARD\r\nVERSION:3.0\r\n" + lines + "END:VCARD\r\n";
}

}  // namespace

TEST_CASE("the form of a file is told by its name, else by how it begins") {
  CHECK(read("a,b\n1,2\n").format == "csv");
  CHECK(read("{\"a\":1}\n").format == "jsonl");
  CHECK(read("\xEF\xBB\xBF" + card("FN:A\r\n")).format == "vcard");
  CHECK(read("{\"a\":1}\n", "x.CSV").format == "csv");
  CHECK(read("{\"a\":1}\n", "x.csv", {.format = "jsonl"}).format == "jsonl");
  CHECK(try_read("[{\"a\":1}]").error().code == Code::unsupported);
  CHECK(try_read("PK\x03\x04...").error().code == Code::unsupported);
}

TEST_CASE("what a reading names must exist") {
  CHECK(try_read("a\n", "", {.format = "vcrad"}).error().message ==
        "There is no format of files \"vcrad\". Did you mean vcard?");
  CHECK(try_read("a\n", "", {.encoding = "utf-7"}).error().code == Code::usage);
  CHECK(try_read("a\n", "", {.delimiter = "ab"}).error().code == Code::usage);
  CHECK(try_read("a\n", "", {.dates = "ymd"}).error().code == Code::usage);
}

TEST_CASE("a CSV file says its delimiter in a first line, or divides its rows evenly") {
  const Table said = read("sep=;\r\na;b\r\n1,5;2\r\n");
  CHECK(said.header == Cells{"a", "b"});
  CHECK(said.rows.at(0).cells == Cells{"1,5", "2"});
  CHECK(said.rows.at(0).number == 3);
  const Table even = read("Net, EUR;Due, UTC;Name\n1,5;2026;A\n2,5;2026;B\n");
  CHECK(even.header == Cells{"Net, EUR", "Due, UTC", "Name"});
  CHECK(read("a!b\n1!2\n", "", {.delimiter = "!"}).rows.at(0).cells == Cells{"1", "2"});
}

TEST_CASE("cells beyond the header are a fault only if there is something in them") {
  const Table table = read("a,b\n1,2,,\n1,2,,x\n1\n");
  CHECK(table.rows.at(0).cells == Cells{"1", "2"});
  CHECK(table.fault(1) == "ragged_row");
  CHECK(table.fault(2) == "ragged_row");
}

TEST_CASE("text in other encodings is read as it was meant, and what it cannot be is named") {
  CHECK(read("Name\nJos\xE9\n").at(0, "Name") == "José");
  CHECK(read("Name\nJos\xE9\n").encoding == "windows-1252");
  CHECK(read("T\xEAn\nNguy\xEA\xDEn V\xE3n \xD0\xF4\n", "", {.encoding = "windows-1258"})
            .at(0, "Tên") == "Nguyễn Văn Đô");
  const Table faulty = read("Name,City\nJos\xE9,Hu\xE9\n", "", {.encoding = "utf-8"});
  CHECK(faulty.fault(0) == "invalid_text");
  CHECK(faulty.rows.at(0).fault->detail.find("Column 1 (Name)") == 0);
  const std::string fake32("\xFF\xFE\"\0\0\0a\0\0\0\"\0\0\0", 14);
  CHECK(try_read(fake32).error().code == Code::unsupported);
}

TEST_CASE("JSON lines: members of objects are named by their path") {
  const Table table = read(
      "{\"name\":\"A\",\"address\":{\"city\":\"Huế\"},\"tags\":[\"x\",\"y, z\"],\"n\":12}\n"
      "\n"
      "{\"name\":\"B\",\"vip\":true,\"price\":1.50,\"address\":null}\n");
  CHECK(table.header == Cells{"name", "address.city", "tags", "n", "vip", "price", "address"});
  CHECK(table.at(0, "address.city") == "Huế");
  CHECK(table.at(0, "tags") == "[\"x\",\"y, z\"]");
  CHECK(table.at(0, "n") == "12");
  CHECK(table.at(1, "vip") == "true");
  CHECK(table.at(1, "price") == "1.50");
  CHECK(table.rows.at(1).number == 3);
}

TEST_CASE("JSON lines: the lines of an order are rows of their own") {
  const Table table = read(
      "{\"id\":\"7\",\"lines\":[{\"sku\":\"a\",\"quantity\":1},{\"sku\":\"b\",\"quantity\":2}]}\n"
      "{\"id\":\"8\",\"lines\":[]}\n");
  REQUIRE(table.rows.size() == 3);
  CHECK(table.at(0, "id") == "7");
  CHECK(table.at(0, "line.sku") == "a");
  CHECK(table.at(1, "id").empty());
  CHECK(table.at(1, "line.quantity") == "2");
  CHECK(table.at(2, "id") == "8");
}

TEST_CASE("JSON lines: a bad line is named and loses nothing but itself") {
  const Table table = read("{\"a\":1}\n{\"a\":\n[1]\n{\"a\":2}\n", "x.jsonl");
  REQUIRE(table.rows.size() == 4);
  CHECK(table.fault(1) == "invalid_json");
  CHECK(table.rows.at(1).number == 2);
  CHECK(table.fault(2) == "not_an_object");
  CHECK(table.at(3, "a") == "2");
  CHECK(try_read("{\n", "x.jsonl").error().message.find("Line 1") != std::string::npos);
}

TEST_CASE("vCard: parts, groups, folded lines and escaped signs") {
  const Table table =
      read(card("N:Nguyễn;Văn;An;Dr.;\r\nFN:Dr. Văn An Nguyễn\r\nORG:Kontor\\; Söhne;Einkauf\r\n"
                "item1.EMAIL;TYPE=work:a@example.com\r\nitem1.X-ABLabel:work\r\n"
                "EMAIL;TYPE=home,pref:b@example.com\r\nTEL;TYPE=FAX:+1 2\r\nTEL:+84 90\r\n"
                "ADR;TYPE=home:;Apt 4;12 Lê Lợi;Huế;;53000;Vietnam\r\nBDAY:19850412\r\n"
                "NOTE:two\\nli\r\n nes\\, so\r\nCATEGORIES:A,B\\,C\r\nX-SKYPE:an\r\n"));
  REQUIRE(table.rows.size() == 1);
  CHECK(table.at(0, "First name") == "Văn An");
  CHECK(table.at(0, "Last name") == "Nguyễn");
  CHECK(table.at(0, "Name prefix") == "Dr.");
  CHECK(table.at(0, "Company") == "Kontor; Söhne");
  CHECK(table.at(0, "Department") == "Einkauf");
  CHECK(table.at(0, "Email") == "b@example.com");
  CHECK(table.at(0, "Other emails") == "a@example.com");
  CHECK(table.at(0, "Phone") == "+84 90");
  CHECK(table.at(0, "Fax") == "+1 2");
  CHECK(table.at(0, "Street") == "12 Lê Lợi, Apt 4");
  CHECK(table.at(0, "City") == "Huế");
  CHECK(table.at(0, "Postal code") == "53000");
  CHECK(table.at(0, "Birthday") == "1985-04-12");
  CHECK(table.at(0, "Notes") == "two\nlines, so");
  CHECK(table.at(0, "Tags") == "[\"A\",\"B,C\"]");
  CHECK(table.at(0, "X-SKYPE") == "an");
}

TEST_CASE("vCard 2.1: quoted-printable text, its soft line breaks and character sets") {
  const Table table = read(
      "BEGIN:VCARD\nVERSION:2.1\n"
      "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BC=\nller;J=C3=BCrgen\n"
      "TITLE;ISO-8859-1;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Gesch=E4ft\n"
      "TEL;CELL;PREF:0170\nTEL;HOME:030\n"
      "PHOTO;BASE64;JPEG:\n AAAA\n BBBB\n\n"
      "AGENT:\nBEGIN:VCARD\nN:Other\nEND:VCARD\nEND:VCARD\n");
  REQUIRE(table.rows.size() == 1);
  CHECK(table.fault(0).empty());
  CHECK(table.at(0, "Last name") == "Müller");
  CHECK(table.at(0, "First name") == "Jürgen");
  CHECK(table.at(0, "Job title") == "Geschäft");
  CHECK(table.at(0, "Phone") == "0170");
  CHECK(table.at(0, "Other phones") == "030");
}

TEST_CASE("vCard 4.0: addresses as URIs, a birthday without its year, a full name alone") {
  const Table table = read(
      "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada King Lovelace\r\nBDAY:--0412\r\n"
      "TEL;VALUE=uri;PREF=1:tel:+44-20-7946\r\nEMAIL:mailto:ada@example.com\r\nEND:VCARD\r\n"
      "BEGIN:VCARD\r\nVERSION:4.0\r\nN:;Madonna;;;\r\nEND:VCARD\r\n");
  CHECK(table.at(0, "First name") == "Ada King");
  CHECK(table.at(0, "Last name") == "Lovelace");
  CHECK(table.at(0, "Birthday (no year)") == "--0412");
  CHECK(table.at(0, "Phone") == "+44-20-7946");
  CHECK(table.at(0, "Email") == "ada@example.com");
  CHECK(table.at(1, "Last name") == "Madonna");
  CHECK(table.rows.at(1).number == 8);
}

TEST_CASE("vCard: what is broken is named by its line, the other cards are read") {
  const Table table = read(card("FN:A\r\n") + "stray\r\n" + card("FN:B\xFF\r\n") +
                           card("FN;CHARSET=KOI8-R:C\r\n") + "BEGIN:VCARD\r\nFN:D\r\n");
  REQUIRE(table.rows.size() == 5);
  CHECK(table.fault(0).empty());
  CHECK(table.fault(1) == "not_a_card");
  CHECK(table.rows.at(1).number == 5);
  CHECK(table.fault(2) == "invalid_utf8");
  CHECK(table.fault(3) == "unknown_charset");
  CHECK(table.fault(4) == "unterminated_card");
}
