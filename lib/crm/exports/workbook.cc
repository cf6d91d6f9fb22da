#include "crm/exports/workbook.h"

#include <cctype>
#include <optional>

#include "base/civil.h"
#include "base/limits.h"

namespace kontor::crm {
namespace {

constexpr std::string_view k_xml =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr std::string_view k_main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr std::string_view k_office =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr std::string_view k_package =
    "http://schemas.openxmlformats.org/package/2006/relationships";

// Rows of <cellXfs> in styles(): 0 is plain.
constexpr int k_date_style = 1, k_instant_style = 2, k_header_style = 3;

// Serial day 61 is 1 March 1900; the days before are counted wrongly since Lotus 1-2-3.
constexpr std::int64_t k_serial_of_1970 = 25'569, k_first_true_serial = 61;
constexpr std::int64_t k_day_ms = 86'400'000;
constexpr std::int64_t k_fraction = 10'000'000'000;  // of a day: ten digits tell milliseconds
constexpr std::size_t k_precise_digits = 15;         // of a double, which spreadsheets count with

bool is_escape(std::string_view text) {  // _xHHHH_, as the format writes what XML cannot
  if (text.size() < 7 || text[0] != '_' || text[1] != 'x' || text[6] != '_') return false;
  for (std::size_t i = 2; i < 6; ++i)
    if (std::isxdigit(static_cast<unsigned char>(text[i])) == 0) return false;
  return true;
}

void append_control(std::string& to, char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  to += "_x00";
  to += digits[byte >> 4];
  to += digits[byte & 15];
  to += '_';
}

// The longest start of `text` that a cell holds, never ending within a character.
std::string_view fit(std::string_view text) {
  if (text.size() <= limits::workbook_cell_chars) return text;
  std::size_t units = 0, end = 0;  // UTF-16 units, which the format counts
  while (end < text.size()) {
    const auto lead = static_cast<unsigned char>(text[end]);
    const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    units += bytes == 4 ? 2 : 1;
    if (units > limits::workbook_cell_chars) break;
    end += bytes;
  }
  return text.substr(0, end);
}

// U+FFFE and U+FFFF are no characters to XML.
bool is_noncharacter(std::string_view text) {
  return text.starts_with("\xEF\xBF\xBE") || text.starts_with("\xEF\xBF\xBF");
}

void append_text(std::string& to, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\xEF' && is_noncharacter(text.substr(i))) {
      to += text[i + 2] == '\xBE' ? "_xFFFE_" : "_xFFFF_";
      i += 2;
    } else if (c == '&') to += "&amp;";
    else if (c == '<') to += "&lt;";
    else if (c == '>') to += "&gt;";
    else if (c == '_' && is_escape(text.substr(i))) to += "_x005F_";
    else if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') append_control(to, c);
    else to += c;
  }
}

// Decimals as format_decimal() gives them, and counts.
bool is_precise_number(std::string_view text) {
  std::size_t digits = 0;
  for (const char c : text)
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) ++digits;
    else if (c != '-' && c != '.') return false;
  return digits > 0 && digits <= k_precise_digits;
}

std::optional<std::string> serial_date(std::string_view text) {
  const auto date = parse_date(text);
  if (!date) return std::nullopt;
  const std::int64_t serial = days_from_civil(*date) + k_serial_of_1970;
  if (serial < k_first_true_serial) return std::nullopt;
  return std::to_string(serial);
}

std::optional<std::string> serial_instant(std::string_view text) {
  const auto ms = parse_instant(text);
  if (!ms || *ms < (k_first_true_serial - k_serial_of_1970) * k_day_ms) return std::nullopt;
  const std::int64_t since_first = *ms + k_serial_of_1970 * k_day_ms;
  const std::int64_t rest = since_first % k_day_ms;
  // Rounded up, so that reading milliseconds back by cutting off gives the same one.
  const std::int64_t part = (rest * k_fraction + k_day_ms - 1) / k_day_ms;
  const std::string digits = std::to_string(k_fraction + part).substr(1);
  return std::to_string(since_first / k_day_ms) + "." + digits;
}

struct TypedCell {
  std::string value;
  int style = 0;
};
std::optional<TypedCell> typed(CellKind kind, const std::string& text) {
  if (kind == CellKind::number && is_precise_number(text)) return TypedCell{.value = text};
  if (kind == CellKind::date)
    if (auto serial = serial_date(text)) return TypedCell{std::move(*serial), k_date_style};
  if (kind == CellKind::instant)
    if (auto serial = serial_instant(text)) return TypedCell{std::move(*serial), k_instant_style};
  return std::nullopt;
}

void append_value(std::string& to, const TypedCell& cell) {
  to += "<c";
  if (cell.style != 0) to += " s=\"" + std::to_string(cell.style) + '"';
  to += "><v>" + cell.value + "</v></c>";
}

void append_string(std::string& to, std::string_view text, bool header) {
  to += "<c t=\"inlineStr\"";
  if (header) to += " s=\"" + std::to_string(k_header_style) + '"';
  to += "><is><t xml:space=\"preserve\">";
  append_text(to, fit(text));
  to += "</t></is></c>";
}

std::string styles() {
  return std::string(k_xml) + "<styleSheet xmlns=\"" + std::string(k_main) +
         "\"><numFmts count=\"2\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/>"
         "<numFmt numFmtId=\"165\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss\"/></numFmts>"
         "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>"
         "<font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>"
         "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>"
         "<fill><patternFill patternType=\"gray125\"/></fill></fills>"
         "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
         "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>"
         "</cellStyleXfs><cellXfs count=\"4\">"
         "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
         "<xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" "
         "applyNumberFormat=\"1\"/>"
         "<xf numFmtId=\"165\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" "
         "applyNumberFormat=\"1\"/>"
         "<xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/>"
         "</cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/>"
         "</cellStyles></styleSheet>";
}

std::string sheet_file(std::size_t number) { return "sheet" + std::to_string(number) + ".xml"; }

std::string relationship(const std::string& id, std::string_view type, const std::string& target) {
  return "<Relationship Id=\"" + id + "\" Type=\"" + std::string(k_office) + "/" +
         std::string(type) + "\" Target=\"" + target + "\"/>";
}

std::string relationships(const std::string& inner) {
  return std::string(k_xml) + "<Relationships xmlns=\"" + std::string(k_package) + "\">" + inner +
         "</Relationships>";
}

std::string content_types(std::size_t sheets) {
  constexpr std::string_view kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
  const auto part = [&](const std::string& name, std::string_view type) {
    return "<Override PartName=\"/xl/" + name + "\" ContentType=\"" + std::string(kind) +
           std::string(type) + "+xml\"/>";
  };
  std::string text =
      std::string(k_xml) +
      "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
      "<Default Extension=\"rels\" ContentType=\"application/"
      "vnd.openxmlformats-package.relationships+xml\"/>" +
      part("workbook.xml", "sheet.main") + part("styles.xml", "styles");
  for (std::size_t i = 1; i <= sheets; ++i)
    text += part("worksheets/" + sheet_file(i), "worksheet");
  return text + "</Types>";
}

}  // namespace

void Workbook::begin(std::string& out, std::string_view table,
                     const std::vector<TableColumn>& columns) {
  if (rows_ > 0) end_sheet(out);
  table_ = table;
  columns_ = columns;
  part_ = 1;
  begin_sheet(out, table_);
}

void Workbook::row(std::string& out, const std::vector<std::string>& cells) {
  if (rows_ >= limits::workbook_rows || zip_.entry_bytes() >= limits::workbook_sheet_bytes) {
    end_sheet(out);
    begin_sheet(out, table_ + " " + std::to_string(++part_));
  }
  append_row(out, cells, false);
}

void Workbook::begin_sheet(std::string& out, const std::string& name) {
  sheets_.push_back(name);
  zip_.begin(out, "xl/worksheets/" + sheet_file(sheets_.size()));
  zip_.write(out, std::string(k_xml) + "<worksheet xmlns=\"" + std::string(k_main) +
                      "\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" "
                      "topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView>"
                      "</sheetViews><sheetData>");
  std::vector<std::string> names;
  names.reserve(columns_.size());
  for (const TableColumn& column : columns_) names.push_back(column.name);
  append_row(out, names, true);
}

void Workbook::append_row(std::string& out, const std::vector<std::string>& cells, bool header) {
  xml_ = "<row>";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].empty()) xml_ += "<c/>";
    else if (const auto value = header ? std::nullopt : typed(columns_[i].kind, cells[i]))
      append_value(xml_, *value);
    else append_string(xml_, cells[i], header);
  }
  xml_ += "</row>";
  zip_.write(out, xml_);
  ++rows_;
}

void Workbook::end_sheet(std::string& out) {
  zip_.write(out, "</sheetData></worksheet>");
  zip_.end(out);
  rows_ = 0;
}

void Workbook::add_part(std::string& out, std::string_view name, std::string_view content) {
  zip_.begin(out, name);
  zip_.write(out, content);
  zip_.end(out);
}

Result<void> Workbook::finish(std::string& out) {
  end_sheet(out);
  std::string list, links;
  for (std::size_t i = 1; i <= sheets_.size(); ++i) {
    const std::string number = std::to_string(i);
    list.append("<sheet name=\"").append(sheets_[i - 1]).append("\" sheetId=\"").append(number);
    list.append("\" r:id=\"r").append(number).append("\"/>");
    links += relationship("r" + number, "worksheet", "worksheets/" + sheet_file(i));
  }
  add_part(out, "xl/workbook.xml",
           std::string(k_xml) + "<workbook xmlns=\"" + std::string(k_main) + "\" xmlns:r=\"" +
               std::string(k_office) + "\"><sheets>" + list + "</sheets></workbook>");
  add_part(out, "xl/_rels/workbook.xml.rels",
           relationships(links + relationship("styles", "styles", "styles.xml")));
  add_part(out, "xl/styles.xml", styles());
  add_part(out, "_rels/.rels",
           relationships(relationship("workbook", "officeDocument", "xl/workbook.xml")));
  add_part(out, "[Content_Types].xml", content_types(sheets_.size()));
  return zip_.finish(out);
}

}  // namespace kontor::crm
