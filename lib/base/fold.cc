#include "base/fold.h"

#include <algorithm>
#include <array>

#include "base/fold_table.h"
#include "base/lower_table.h"
#include "base/utf8.h"

namespace kontor {
namespace {

constexpr std::string_view k_ascii_blanks = " \t\r\n\v\f";

struct CodeRange {
  char32_t first;
  char32_t last;
};

// Marks that stand on the letter before them, and invisible joiners: left out without a blank.
constexpr std::array<CodeRange, 10> k_dropped = {{
    {0x00AD, 0x00AD},
    {0x0300, 0x036F},
    {0x1AB0, 0x1AFF},
    {0x1DC0, 0x1DFF},
    {0x200C, 0x200F},
    {0x202A, 0x202E},
    {0x2060, 0x2064},
    {0x20D0, 0x20FF},
    {0xFE00, 0xFE2F},
    {0xFEFF, 0xFEFF},
}};

// Punctuation and symbols outside the rows of fold_table.cc; emoji stay.
constexpr std::array<CodeRange, 16> k_blanks = {{
    {0x02B9, 0x02DF},
    {0x055A, 0x055F},
    {0x05BE, 0x05BE},
    {0x05F3, 0x05F4},
    {0x060C, 0x060D},
    {0x061B, 0x061F},
    {0x066A, 0x066D},
    {0x06D4, 0x06D4},
    {0x0964, 0x0965},
    {0x0E3F, 0x0E3F},
    {0x2000, 0x206F},
    {0x20A0, 0x20CF},
    {0x2100, 0x2BFF},
    {0x3000, 0x3004},
    {0x3008, 0x3030},
    {0xFE30, 0xFE6F},
}};

bool lies_in(std::span<const CodeRange> ranges, char32_t code) {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), code,
                                      [](char32_t c, const CodeRange& r) { return c < r.first; });
  return after != ranges.begin() && code <= std::prev(after)->last;
}

// Collects words; a blank is written only once a letter follows it.
class WordWriter {
 public:
  void blank() { blank_due_ = !out_.empty(); }
  void letters(std::string_view text) {
    if (blank_due_) out_.push_back(' ');
    blank_due_ = false;
    out_.append(text);
  }
  void letter(char32_t code) {
    letters({});
    utf8_append(out_, code);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  bool blank_due_ = false;
};

void fold_ascii(WordWriter& words, char c) {
  const bool upper = c >= 'A' && c <= 'Z';
  const bool kept = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  if (!kept) return words.blank();
  const char small = upper ? static_cast<char>(c + ('a' - 'A')) : c;
  words.letters({&small, 1});
}

const FoldRow* find_row(char32_t code) {
  const auto rows = fold_rows();
  const auto row = std::lower_bound(rows.begin(), rows.end(), code & ~char32_t{0xF},
                                    [](const FoldRow& r, char32_t c) { return r.first < c; });
  return row != rows.end() && row->first == (code & ~char32_t{0xF}) ? &*row : nullptr;
}

std::string_view token(std::string_view letters, std::size_t index) {
  for (; index > 0; --index) letters.remove_prefix(letters.find(' ') + 1);
  return letters.substr(0, letters.find(' '));
}

void fold_other(WordWriter& words, char32_t code) {
  constexpr char32_t invalid = 0xFFFD;
  if (lies_in(k_dropped, code)) return;
  if (code < 0xA0 || code == invalid || lies_in(k_blanks, code)) return words.blank();
  const FoldRow* row = find_row(code);
  const std::string_view becomes = row != nullptr ? token(row->letters, code & 0xF) : ".";
  if (becomes == "_") return words.blank();
  if (becomes == ".") return words.letter(code);
  words.letters(becomes);
}

char32_t lower(char32_t code) {
  const auto ranges = lower_ranges();
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), code,
                                      [](char32_t c, const LowerRange& r) { return c < r.first; });
  if (after == ranges.begin()) return code;
  const LowerRange& range = *std::prev(after);
  if (code > range.last || (code - range.first) % range.step != 0) return code;
  return static_cast<char32_t>(static_cast<std::int32_t>(code) + range.delta);
}

}  // namespace

std::string fold_search(std::string_view text) {
  WordWriter words;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code = utf8_next(text, at);
    if (code < 0x80) {
      fold_ascii(words, static_cast<char>(code));
    } else {
      fold_other(words, code);
    }
  }
  return words.take();
}

std::string fold_identity(std::string_view text) {
  text = trim(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code = utf8_next(text, at);
    const bool ascii_upper = code >= 'A' && code <= 'Z';
    if (code < 0x80) {
      out.push_back(static_cast<char>(ascii_upper ? code + ('a' - 'A') : code));
    } else {
      utf8_append(out, lower(code));
    }
  }
  return out;
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(k_ascii_blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(k_ascii_blanks) - first + 1);
}

}  // namespace kontor
