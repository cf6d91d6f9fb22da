// Two foldings of text: a coarse one to search in, a fine one to compare identities.
#pragma once

#include <string>
#include <string_view>

namespace kontor {

// For search: "Nguyễn Văn-Đức" → "nguyen van duc", "An@Example.com" → "an example com".
// Latin, Greek and Cyrillic letters in small form and without marks, whether these were composed
// or not; đ ß æ œ ø ł þ and their like as one spells them in ASCII; full-width forms as ASCII.
// Digits and other scripts stay. Punctuation, symbols and bytes that are not UTF-8 become blanks;
// blanks never stand doubled or at an end. Source: the Unicode decompositions, see fold_table.cc.
std::string fold_search(std::string_view text);

// For comparing e-mail addresses and keys: small letters (Unicode simple mapping of Latin, Greek,
// Cyrillic and Armenian), marks kept, ASCII blanks at both ends removed.
std::string fold_identity(std::string_view text);

// `text` without ASCII blanks (space, tab, CR, LF, VT, FF) at both ends.
std::string_view trim(std::string_view text);

}  // namespace kontor
