#include "base/nfc.h"

#include <algorithm>
#include <vector>

#include "base/nfc_table.h"
#include "base/utf8.h"

namespace kontor {
namespace {

// Below it nothing is taken apart that is not put together again, and there are no marks.
constexpr char32_t k_first_mark = 0x300;

// Hangul syllables by rule (The Unicode Standard, 3.12).
constexpr char32_t k_syllables = 0xAC00, k_leads = 0x1100, k_vowels = 0x1161, k_trails = 0x11A7;
constexpr char32_t k_lead_count = 19, k_vowel_count = 21, k_trail_count = 28;
constexpr char32_t k_syllable_count = k_lead_count * k_vowel_count * k_trail_count;

bool within(char32_t code, char32_t first, char32_t count) {
  return code >= first && code - first < count;
}

struct Mark {
  char32_t code = 0;
  int order = 0;  // 0: a letter
};

int order_of(char32_t code) {
  const auto all = nfc_marks();
  const auto next = std::upper_bound(all.begin(), all.end(), code,
                                     [](char32_t c, const NfcMarks& m) { return c < m.first; });
  if (next == all.begin()) return 0;
  const NfcMarks& marks = *std::prev(next);
  return within(code, marks.first, marks.more + 1U) ? marks.order : 0;
}

const NfcPair* find_pair(std::span<const NfcPair> all, char32_t composed) {
  const auto found =
      std::lower_bound(all.begin(), all.end(), composed,
                       [](const NfcPair& pair, char32_t c) { return pair.composed < c; });
  return found != all.end() && found->composed == composed ? &*found : nullptr;
}

void take_apart(char32_t code, std::vector<Mark>& out) {
  if (within(code, k_syllables, k_syllable_count)) {
    const char32_t index = code - k_syllables, trail = index % k_trail_count;
    out.push_back({k_leads + index / (k_vowel_count * k_trail_count)});
    out.push_back({k_vowels + index / k_trail_count % k_vowel_count});
    if (trail != 0) out.push_back({k_trails + trail});
    return;
  }
  const NfcPair* pair = find_pair(nfc_composing(), code);
  if (pair == nullptr) pair = find_pair(nfc_apart(), code);
  if (pair == nullptr) return out.push_back({code, order_of(code)});
  take_apart(pair->first, out);
  if (pair->second != 0) take_apart(pair->second, out);
}

// Marks behind one letter, by their order; those of one order stay as they stand.
void sort_marks(std::vector<Mark>& all) {
  for (auto from = all.begin(); from != all.end();) {
    from = std::find_if(from, all.end(), [](const Mark& mark) { return mark.order != 0; });
    const auto to = std::find_if(from, all.end(), [](const Mark& mark) { return mark.order == 0; });
    std::stable_sort(from, to, [](const Mark& a, const Mark& b) { return a.order < b.order; });
    from = to;
  }
}

// 0: the two are no pair.
char32_t put_together(char32_t first, char32_t second) {
  if (within(first, k_leads, k_lead_count) && within(second, k_vowels, k_vowel_count))
    return k_syllables + ((first - k_leads) * k_vowel_count + (second - k_vowels)) * k_trail_count;
  if (within(first, k_syllables, k_syllable_count) && (first - k_syllables) % k_trail_count == 0 &&
      within(second, k_trails + 1, k_trail_count - 1))
    return first + (second - k_trails);
  if (second < k_first_mark) return 0;
  const auto all = nfc_composing();
  const auto found = std::find_if(all.begin(), all.end(), [&](const NfcPair& pair) {
    return pair.first == first && pair.second == second;
  });
  return found == all.end() ? 0 : found->composed;
}

// A mark joins the last letter unless one of its own order, or a letter, stands between them.
void compose(std::vector<Mark>& all) {
  constexpr std::size_t k_none = SIZE_MAX;
  std::size_t letter = k_none, kept = 0;
  int last_order = 0;
  for (const Mark mark : all) {
    const bool is_next = kept > 0 && letter == kept - 1;
    const bool is_blocked = !is_next && (last_order == 0 || last_order >= mark.order);
    const char32_t joined =
        letter == k_none || is_blocked ? 0 : put_together(all[letter].code, mark.code);
    if (joined != 0) {
      all[letter].code = joined;
      continue;
    }
    if (mark.order == 0) letter = kept;
    last_order = mark.order;
    all[kept++] = mark;
  }
  all.resize(kept);
}

bool is_plain(std::string_view text) {
  for (std::size_t at = 0; at < text.size();)
    if (utf8_next(text, at) >= k_first_mark) return false;
  return true;
}

}  // namespace

std::string nfc(std::string_view text) {
  if (!is_utf8(text) || is_plain(text)) return std::string(text);
  std::vector<Mark> all;
  for (std::size_t at = 0; at < text.size();) take_apart(utf8_next(text, at), all);
  sort_marks(all);
  compose(all);
  std::string out;
  for (const Mark& mark : all) utf8_append(out, mark.code);
  return out;
}

}  // namespace kontor
