#include "base/json_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "base/check.h"
#include "base/utf8.h"

namespace kontor {
namespace {

enum class ByteKind : std::uint8_t { plain, escaped, multibyte };

constexpr std::array<ByteKind, 256> make_byte_kinds() {
  std::array<ByteKind, 256> kinds{};
  for (std::size_t i = 0; i < 0x20; ++i) kinds[i] = ByteKind::escaped;
  kinds['"'] = ByteKind::escaped;
  kinds['\\'] = ByteKind::escaped;
  for (std::size_t i = 0x80; i < 256; ++i) kinds[i] = ByteKind::multibyte;
  return kinds;
}

constexpr std::array<ByteKind, 256> k_byte_kinds = make_byte_kinds();
constexpr std::string_view k_replacement = "\xEF\xBF\xBD";
constexpr char k_hex[] = "0123456789abcdef";

// How many bytes from `at` on are certainly plain; eight at a time, which is most of all text.
std::size_t plain_run(std::string_view value, std::size_t at) {
  constexpr std::uint64_t ones = 0x0101010101010101U, tops = 0x8080808080808080U;
  // Some byte of `x` is 0: for what is below 0x80, and a wrong yes costs no more than a look.
  const auto has_zero = [](std::uint64_t x) { return ((x - ones) & ~x & tops) != 0; };
  const std::size_t begin = at;
  for (; at + 8 <= value.size(); at += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, value.data() + at, 8);
    const bool is_low = (((eight - ones * 0x20) | eight) & tops) != 0;  // below 0x20, or multibyte
    if (is_low || has_zero(eight ^ ones * '"') || has_zero(eight ^ ones * '\\')) break;
  }
  return at - begin;
}

void append_escape(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    default:
      out += "\\u00";
      out += k_hex[(c >> 4) & 0x0F];
      out += k_hex[c & 0x0F];
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view value) {
  out.push_back('"');
  std::size_t run = 0;  // start of what can be copied as it is
  std::size_t at = plain_run(value, 0);
  while (at < value.size()) {
    const ByteKind kind = k_byte_kinds[static_cast<unsigned char>(value[at])];
    if (kind == ByteKind::plain) {
      ++at;
      continue;
    }
    const std::size_t length = kind == ByteKind::multibyte ? utf8_sequence_length(value, at) : 0;
    if (length > 0) {
      at += length;
      continue;
    }
    out.append(value, run, at - run);
    if (kind == ByteKind::escaped) append_escape(out, value[at]);
    if (kind == ByteKind::multibyte) out += k_replacement;
    run = ++at;
    at += plain_run(value, at);
  }
  out.append(value, run, at - run);
  out.push_back('"');
}

JsonWriter& JsonWriter::begin_object() {
  separate();
  out_.push_back('{');
  first_ = true;
  ++depth_;
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  CHECK(depth_ > 0 && !after_key_);
  --depth_;
  out_.push_back('}');
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  separate();
  out_.push_back('[');
  first_ = true;
  ++depth_;
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  CHECK(depth_ > 0 && !after_key_);
  --depth_;
  out_.push_back(']');
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  // One growth for all of it: half the time of a list page goes into names.
  const std::size_t comma = first_ ? 0 : 1;
  const std::size_t at = out_.size();
  out_.resize(at + comma + name.size() + 3);
  char* to = out_.data() + at;
  if (comma != 0) *to++ = ',';
  *to++ = '"';
  to = std::copy(name.begin(), name.end(), to);
  *to++ = '"';
  *to = ':';
  first_ = false;
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view value) {
  separate();
  append_json_string(out_, value);
  return *this;
}

JsonWriter& JsonWriter::plain(std::string_view value) {
  const std::size_t comma = first_ || after_key_ ? 0 : 1;
  const std::size_t at = out_.size();
  out_.resize(at + comma + value.size() + 2);
  char* to = out_.data() + at;
  if (comma != 0) *to++ = ',';
  *to++ = '"';
  to = std::copy(value.begin(), value.end(), to);
  *to = '"';
  first_ = false;
  after_key_ = false;
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t value) {
  separate();
  std::array<char, 20> digits{};  // the longest: -9223372036854775808
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out_.append(digits.data(), end);
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) { return raw(value ? "true" : "false"); }

JsonWriter& JsonWriter::null() { return raw("null"); }

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  out_.append(json);
  return *this;
}

}  // namespace kontor
