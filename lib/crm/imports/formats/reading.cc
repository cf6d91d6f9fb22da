#include "crm/imports/formats/reading.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/fold.h"
#include "base/nearest.h"
#include "crm/imports/csv.h"
#include "crm/imports/formats/json_lines.h"
#include "crm/imports/formats/vcard.h"
#include "crm/imports/text_encoding.h"

namespace kontor::crm {
namespace {

constexpr std::size_t k_start_bytes = 512;

std::string start_of(std::istream& file) {
  const std::istream::pos_type at = file.tellg();
  std::string start(k_start_bytes, '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(file.gcount()));
  file.clear();
  file.seekg(at);
  return start;
}

Error unsupported(std::string message, std::string hint) {
  return {.code = Code::unsupported,
          .message = std::move(message),
          .kind = "unsupported_file",
          .hint = std::move(hint)};
}

std::optional<std::string_view> format_by_name(std::string_view file_name) {
  struct Ending {
    std::string_view end, format;
  };
  static constexpr Ending endings[] = {
      {".vcf", "vcard"},  {".vcard", "vcard"}, {".jsonl", "jsonl"}, {".ndjson", "jsonl"},
      {".json", "jsonl"}, {".csv", "csv"},     {".tsv", "csv"},
  };
  const std::string name = fold_identity(file_name);
  for (const Ending& ending : endings)
    if (std::string_view(name).ends_with(ending.end)) return ending.format;
  return std::nullopt;
}

Result<void> check_name(std::string_view what, const std::string& value,
                        std::span<const std::string_view> names) {
  if (value.empty() || std::find(names.begin(), names.end(), value) != names.end()) return {};
  std::string message = "There is no " + std::string(what) + " \"" + value + "\".";
  if (const auto near = nearest(value, names))
    message += " Did you mean " + std::string(*near) + "?";
  std::string hint = "one of:";
  for (const std::string_view name : names) hint += " " + std::string(name);
  return Error{.code = Code::usage, .message = std::move(message), .hint = std::move(hint)};
}

Result<std::optional<char>> delimiter_of(const std::string& name) {
  if (name.empty()) return std::optional<char>();
  if (name == "tab" || name == "\\t") return std::optional('\t');
  if (name == "comma") return std::optional(',');
  if (name == "semicolon") return std::optional(';');
  const bool usable = name.size() == 1 && name != "\"" && name != "\n" && name != "\r";
  if (usable) return std::optional(name.front());
  return Error{.code = Code::usage,
               .message = "The delimiter must be one sign, or tab.",
               .hint = "--delimiter ';'"};
}

// A mark of two bytes before units of four: what some programs write and call UTF-32.
Result<void> check_wide(std::string_view start, TextEncoding encoding) {
  if (encoding != TextEncoding::utf_16le && encoding != TextEncoding::utf_16be) return {};
  for (std::size_t i = 0; i + 1 < start.size(); i += 2)
    if (start[i] == '\0' && start[i + 1] == '\0')
      return unsupported(
          "The file is in an encoding that cannot be told: neither UTF-16 nor UTF-32.",
          "save it as \"CSV UTF-8\"");
  return {};
}

// CSV in another encoding, decoded as it is read.
class DecodedCsv final : public RowSource {
 public:
  DecodedCsv(std::istream& file, TextEncoding encoding, std::optional<char> delimiter)
      : text_(file, encoding),
        reader_(text_, {.delimiter = delimiter, .encoding = name_of(encoding)}) {}

  Result<std::vector<std::string>> header() override { return reader_.header(); }
  std::optional<SourceRow> next() override { return reader_.next(); }
  std::string_view delimiter() const override { return reader_.delimiter(); }

 private:
  Utf8Stream text_;
  CsvReader reader_;
};

Result<OpenedRows> open_csv(std::istream& file, const Reading& reading) {
  const auto delimiter = TRY(delimiter_of(reading.delimiter));
  TRY(check_name("encoding", reading.encoding, encoding_names()));
  const auto given = encoding_named(reading.encoding);
  const TextEncoding encoding = given ? *given : detect_encoding(file);
  TRY(check_wide(start_of(file), encoding));
  return OpenedRows{.rows = std::make_unique<DecodedCsv>(file, encoding, delimiter),
                    .format = "csv",
                    .encoding = name_of(encoding)};
}

}  // namespace

Result<std::string_view> find_format(std::istream& file, std::string_view file_name) {
  const std::string start = start_of(file);
  std::string_view text = start;
  if (text.starts_with("PK\x03\x04") || text.starts_with("\xD0\xCF\x11\xE0"))
    return unsupported("The file is a spreadsheet or an archive, not text.",
                       "save the sheet as \"CSV UTF-8\"");
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text = trim(text);
  const auto named = format_by_name(file_name);
  if (text.starts_with('[') && named != "csv" && named != "vcard")
    return unsupported("The file is one JSON array, not JSON lines.",
                       "write each record as an object on a line of its own");
  if (named) return *named;
  if (fold_identity(text.substr(0, 11)) == "begin:vcard") return std::string_view("vcard");
  if (text.starts_with('{')) return std::string_view("jsonl");
  return std::string_view("csv");
}

Result<OpenedRows> open_source(std::istream& file, std::string_view file_name,
                               const Reading& reading) {
  TRY(check_name("format of files", reading.format, k_file_formats));
  TRY(check_name("order of dates", reading.dates, k_date_orders));
  TRY(check_name("decimal mark", reading.decimal, k_decimal_marks));
  std::string_view format = reading.format;
  if (format.empty()) format = TRY(find_format(file, file_name));
  if (format == "vcard")
    return OpenedRows{.rows = open_vcards(file), .format = "vcard", .encoding = "utf-8"};
  if (format == "jsonl")
    return OpenedRows{.rows = open_json_lines(file), .format = "jsonl", .encoding = "utf-8"};
  return open_csv(file, reading);
}

}  // namespace kontor::crm
