#include "crm/imports/text_encoding.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/utf8.h"
#include "crm/imports/code_page_table.h"

namespace kontor::crm {
namespace {

constexpr std::array<std::string_view, 7> k_names = {
    "utf-8", "utf-16le", "utf-16be", "utf-32le", "utf-32be", "windows-1252", "windows-1258"};
constexpr std::size_t k_sample_bytes = 64 * 1024;
constexpr char k_undefined = '\xFF';

struct Mark {
  std::string_view bytes;
  TextEncoding encoding;
};

// UTF-32 before UTF-16, whose little-endian mark it begins with.
constexpr std::array<Mark, 5> k_marks = {{
    {std::string_view("\xFF\xFE\0\0", 4), TextEncoding::utf_32le},
    {std::string_view("\0\0\xFE\xFF", 4), TextEncoding::utf_32be},
    {"\xEF\xBB\xBF", TextEncoding::utf_8},
    {"\xFF\xFE", TextEncoding::utf_16le},
    {"\xFE\xFF", TextEncoding::utf_16be},
}};

// Text of any language has its delimiters and line ends below U+0100, so their zeros all stand on
// one side. A fifth of all units is less than any table has, and one NUL is no UTF-16.
std::optional<TextEncoding> by_zeros(std::string_view sample) {
  std::array<std::size_t, 2> zeros{};
  for (std::size_t i = 0; i < sample.size(); ++i)
    if (sample[i] == '\0') ++zeros[i % 2];
  const std::size_t enough = sample.size() / 10 + 2;
  if (zeros[1] >= enough && zeros[0] * 10 < zeros[1]) return TextEncoding::utf_16le;
  if (zeros[0] >= enough && zeros[1] * 10 < zeros[0]) return TextEncoding::utf_16be;
  return std::nullopt;
}

bool is_tone_mark(unsigned char byte) {
  return byte == 0xCC || byte == 0xD2 || byte == 0xDE || byte == 0xEC || byte == 0xF2;
}

// What the code pages share no reading of: vowels with a tone mark behind them, and đ ơ ư.
struct VietnameseSigns {
  std::size_t tones = 0, letters = 0;
  bool after_vowel = false;

  void look_at(unsigned char byte) {
    constexpr std::string_view vowels =
        "aeiouyAEIOUY\xC2\xC3\xCA\xD4\xD5\xDD\xE2\xE3\xEA\xF4\xF5\xFD";
    constexpr std::string_view own = "\xD0\xF0\xD5\xF5\xDD\xFD";
    const char c = static_cast<char>(byte);
    if (after_vowel && is_tone_mark(byte)) ++tones;
    if (own.find(c) != std::string_view::npos) ++letters;
    after_vowel = vowels.find(c) != std::string_view::npos;
  }
  // Italian has "più" and "può" but none of the letters, Icelandic the letters but no such vowels.
  bool found() const { return tones > 0 && letters > 0; }
};

// Looks at a file piece by piece, as it may be large.
class Survey {
 public:
  void add(std::string_view piece) {
    for (const char c : piece) signs_.look_at(static_cast<unsigned char>(c));
    if (!valid_) return;
    rest_ += piece;
    const std::size_t good = utf8_valid_prefix(rest_);
    constexpr std::size_t longest_start = 3;  // of a sequence that the next piece completes
    if (rest_.size() - good > longest_start) valid_ = false;
    rest_.erase(0, good);
  }

  TextEncoding result() const {
    if (valid_ && rest_.empty()) return TextEncoding::utf_8;
    return signs_.found() ? TextEncoding::windows_1258 : TextEncoding::windows_1252;
  }

 private:
  VietnameseSigns signs_;
  std::string rest_;
  bool valid_ = true;
};

std::optional<TextEncoding> by_start(std::string_view start) {
  for (const Mark& mark : k_marks)
    if (start.starts_with(mark.bytes)) return mark.encoding;
  return by_zeros(start);
}

std::size_t read_some(std::istream& file, std::span<char> into) {
  file.read(into.data(), static_cast<std::streamsize>(into.size()));
  return static_cast<std::size_t>(file.gcount());
}

}  // namespace

std::span<const std::string_view> encoding_names() { return k_names; }

std::string_view name_of(TextEncoding encoding) {
  return k_names[static_cast<std::size_t>(encoding)];
}

std::optional<TextEncoding> encoding_named(std::string_view name) {
  const auto found = std::find(k_names.begin(), k_names.end(), name);
  if (found == k_names.end()) return std::nullopt;
  return static_cast<TextEncoding>(found - k_names.begin());
}

TextEncoding detect_encoding(std::istream& file) {
  const std::istream::pos_type start = file.tellg();
  std::string piece(k_sample_bytes, '\0');
  std::size_t count = read_some(file, piece);
  std::optional<TextEncoding> encoding = by_start(std::string_view(piece).substr(0, count));
  Survey survey;
  while (!encoding && count > 0) {
    survey.add(std::string_view(piece).substr(0, count));
    count = read_some(file, piece);
  }
  file.clear();
  file.seekg(start);
  return encoding.value_or(survey.result());
}

Utf8Stream::Utf8Stream(std::istream& file, TextEncoding encoding)
    : std::istream(nullptr), buffer_(file, encoding) {
  rdbuf(&buffer_);
}

Utf8Stream::Buffer::int_type Utf8Stream::Buffer::underflow() {
  if (gptr() < egptr()) return traits_type::to_int_type(*gptr());
  text_.clear();
  while (!ended_ && text_.empty()) refill();
  if (text_.empty()) return traits_type::eof();
  setg(text_.data(), text_.data(), text_.data() + text_.size());
  return traits_type::to_int_type(*gptr());
}

void Utf8Stream::Buffer::refill() {
  const std::size_t count = read_some(file_, std::span(raw_).subspan(kept_));
  if (file_.bad()) throw std::ios_base::failure("the file cannot be read");
  ended_ = count == 0;
  const std::size_t size = kept_ + count;
  kept_ = ended_ ? 0 : size % unit_bytes();
  decode({raw_.data(), size - kept_}, ended_);
  std::memmove(raw_.data(), raw_.data() + size - kept_, kept_);
}

std::size_t Utf8Stream::Buffer::unit_bytes() const {
  switch (encoding_) {
    case TextEncoding::utf_16le:
    case TextEncoding::utf_16be: return 2;
    case TextEncoding::utf_32le:
    case TextEncoding::utf_32be: return 4;
    default: return 1;
  }
}

void Utf8Stream::Buffer::decode(std::string_view bytes, bool at_end) {
  const bool first = !std::exchange(started_, true);
  if (encoding_ == TextEncoding::utf_8) {
    if (first && bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    text_.assign(bytes);
  } else if (unit_bytes() == 1) {
    decode_code_page(bytes);
    if (at_end) put_pending();
  } else {
    decode_wide(bytes, at_end);
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (first && text_.starts_with(mark)) text_.erase(0, mark.size());
  }
}

void Utf8Stream::Buffer::decode_wide(std::string_view bytes, bool at_end) {
  const std::size_t width = unit_bytes();
  const bool little = encoding_ == TextEncoding::utf_16le || encoding_ == TextEncoding::utf_32le;
  std::size_t at = 0;
  for (; at + width <= bytes.size(); at += width) {
    char32_t unit = 0;
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t from = little ? width - 1 - i : i;
      unit = (unit << 8) | static_cast<unsigned char>(bytes[at + from]);
    }
    put(unit);
  }
  if (at_end && (high_ != 0 || at < bytes.size())) text_ += k_undefined;
}

void Utf8Stream::Buffer::put(char32_t code_point) {
  const bool is_high = code_point >= 0xD800 && code_point < 0xDC00;
  const bool is_low = code_point >= 0xDC00 && code_point < 0xE000;
  const char32_t high = std::exchange(high_, 0);
  if (high != 0 && is_low && unit_bytes() == 2) {
    utf8_append(text_, 0x10000 + ((high - 0xD800) << 10) + (code_point - 0xDC00));
    return;
  }
  if (high != 0) text_ += k_undefined;
  if (is_high && unit_bytes() == 2) {
    high_ = code_point;
  } else if (is_high || is_low || code_point > 0x10FFFF) {
    text_ += k_undefined;
  } else {
    utf8_append(text_, code_point);
  }
}

void Utf8Stream::Buffer::decode_code_page(std::string_view bytes) {
  const bool vietnamese = encoding_ == TextEncoding::windows_1258;
  const auto& table = vietnamese ? windows_1258_table() : windows_1252_table();
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const char16_t letter = byte < 0x80 ? byte : table[byte - 0x80];
    const char16_t whole =
        vietnamese && is_tone_mark(byte) && pending_ != 0 ? composed(pending_, letter) : char16_t{};
    if (whole != 0) {
      pending_ = whole;
      continue;
    }
    put_pending();
    if (letter == 0 && byte >= 0x80) text_ += k_undefined;
    else if (vietnamese && letter != 0) pending_ = letter;
    else utf8_append(text_, letter);
  }
}

void Utf8Stream::Buffer::put_pending() {
  if (pending_ != 0) utf8_append(text_, std::exchange(pending_, char16_t{0}));
}

}  // namespace kontor::crm
