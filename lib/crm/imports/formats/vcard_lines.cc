// From the bytes of a card file to properties.
#include <algorithm>
#include <sstream>
#include <utility>

#include "base/fold.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "crm/imports/formats/vcard.h"
#include "crm/imports/text_encoding.h"

namespace kontor::crm {
namespace {

constexpr std::string_view k_quoted_printable = "quoted-printable";

std::string ascii(std::string_view text, char first, char last, int shift) {
  std::string out(text);
  for (char& c : out)
    if (c >= first && c <= last) c = static_cast<char>(c + shift);
  return out;
}
std::string lower(std::string_view text) { return ascii(text, 'A', 'Z', 'a' - 'A'); }
std::string upper(std::string_view text) { return ascii(text, 'a', 'z', 'A' - 'a'); }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// "=C3=BC" → "ü"; what is no such code stays.
std::string decode_quoted_printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool code = text[i] == '=' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                      hex_digit(text[i + 2]) >= 0;
    if (!code) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
    i += 2;
  }
  return out;
}

// What stands before the value, taken apart at semicolons outside of quotes.
struct Head {
  std::string name;
  std::vector<std::string> types;
  std::string encoding, charset;
};

// Where the value begins; npos: this line is no property.
std::size_t colon_of(std::string_view line) {
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == ':' && !quoted) return i;
  }
  return std::string_view::npos;
}

void add_types(std::string_view list, std::vector<std::string>& types) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string type = lower(list.substr(0, comma));
    std::erase(type, '"');
    types.push_back(std::move(type));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

void add_parameter(std::string_view text, Head& head) {
  const std::size_t equals = text.find('=');
  // 2.1 leaves the names of parameters out: ";HOME;QUOTED-PRINTABLE".
  const bool bare = equals == std::string_view::npos;
  const std::string name = bare ? std::string() : lower(text.substr(0, equals));
  const std::string value = lower(bare ? text : text.substr(equals + 1));
  const bool is_encoding = value == k_quoted_printable || value == "base64";
  if (name == "encoding" || (bare && is_encoding)) {
    head.encoding = value;
  } else if (name == "charset") {
    head.charset = value;
  } else if (name == "pref") {
    head.types.emplace_back(value == "1" ? "pref" : "");
  } else if (bare || name == "type") {
    add_types(value, head.types);
  }
}

Head head_of(std::string_view text) {
  Head head;
  bool first = true;
  while (first || !text.empty()) {
    std::size_t end = 0;
    for (bool quoted = false; end < text.size() && (quoted || text[end] != ';'); ++end)
      if (text[end] == '"') quoted = !quoted;
    std::string_view part = text.substr(0, end);
    if (first) {
      const std::size_t dot = part.rfind('.');
      head.name = upper(trim(dot == std::string_view::npos ? part : part.substr(dot + 1)));
    } else {
      add_parameter(trim(part), head);
    }
    first = false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return head;
}

bool is_quoted_printable(std::string_view line) {
  const std::size_t colon = colon_of(line);
  if (colon == std::string_view::npos) return false;
  return head_of(line.substr(0, colon)).encoding == k_quoted_printable;
}

// nullopt: a character set that is not known here.
std::optional<std::string> to_utf8(const std::string& bytes, const std::string& charset) {
  if (charset.empty() || charset == "utf-8" || charset == "us-ascii" || charset == "utf8")
    return bytes;
  // ISO 8859-1 as everybody has read it for decades: the page of Windows that contains it.
  const bool latin = charset == "iso-8859-1" || charset == "latin1" || charset == "iso-8859-15";
  const auto encoding = encoding_named(latin ? "windows-1252" : charset);
  if (!encoding) return std::nullopt;
  std::istringstream in(bytes);
  Utf8Stream decoded(in, *encoding);
  std::ostringstream out;
  if (!bytes.empty()) out << decoded.rdbuf();
  return std::move(out).str();
}

void fail(VcardProperty& property, std::string code, std::string detail) {
  if (property.fault) return;
  property.fault = FieldError{
      .pointer = "", .code = std::move(code), .detail = property.name + " " + std::move(detail)};
}

void decode_value(const Head& head, std::string bytes, VcardProperty& property) {
  if (head.encoding == k_quoted_printable) bytes = decode_quoted_printable(bytes);
  auto text = to_utf8(bytes, head.charset);
  if (!text) {
    fail(property, "unknown_charset", "is in the character set " + head.charset + ".");
    return;
  }
  if (!is_utf8(*text)) {
    fail(property, "invalid_utf8", "is not valid UTF-8 and names no other character set.");
    return;
  }
  if (text->find('\0') != std::string::npos) fail(property, "nul_byte", "holds a NUL byte.");
  property.value = *std::move(text);
}

bool is_binary(const Head& head) {
  return head.encoding == "b" || head.encoding == "base64" || head.name == "PHOTO" ||
         head.name == "LOGO" || head.name == "SOUND" || head.name == "KEY";
}

}  // namespace

bool VcardProperty::has_type(std::string_view type) const {
  return std::find(types.begin(), types.end(), type) != types.end();
}

VcardLines::VcardLines(std::istream& file) : lines_(file, limits::csv_cell_bytes) {}

std::optional<TextLine> VcardLines::unfolded() {
  auto line = lines_.next();
  if (!line) return std::nullopt;
  const bool soft_breaks =
      line->text.find('=') != std::string::npos && is_quoted_printable(line->text);
  const auto append = [&](const TextLine& more, std::size_t from) {
    line->cut = line->cut || more.cut;
    if (line->text.size() + more.text.size() - from > limits::csv_cell_bytes) line->cut = true;
    else line->text.append(more.text, from);
  };
  while (soft_breaks && line->text.ends_with('=') && lines_.peek() && !line->cut) {
    line->text.pop_back();
    append(*lines_.next(), 0);
  }
  // A blank line has nothing that could be continued.
  while (!line->text.empty() && (lines_.peek() == ' ' || lines_.peek() == '\t'))
    append(*lines_.next(), 1);
  return line;
}

std::optional<VcardProperty> VcardLines::next() {
  auto line = unfolded();
  if (!line) return std::nullopt;
  number_ = line->number;
  VcardProperty property;
  const std::size_t colon = colon_of(line->text);
  if (colon == std::string::npos) {
    property.value = std::string(trim(line->text));
    if (!is_utf8(property.value)) property.value = "?";
    return property;
  }
  const Head head = head_of(std::string_view(line->text).substr(0, colon));
  property.name = head.name;
  if (!is_utf8(property.name)) property.name = "?";
  property.types = head.types;
  if (is_binary(head)) return property;
  if (line->cut)
    fail(property, "cell_too_large",
         "has more than " + std::to_string(limits::csv_cell_bytes) + " bytes.");
  decode_value(head, line->text.substr(colon + 1), property);
  return property;
}

}  // namespace kontor::crm
