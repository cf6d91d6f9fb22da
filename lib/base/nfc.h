// One form for text that can be typed in several: "ế" as one code point, or as an e with two marks
// as a Mac sends it.
#pragma once

#include <string>
#include <string_view>

namespace kontor {

// Normalization form C (UAX #15): marks in their order, and letters with their marks composed,
// Hangul too. Knows the first plane of Unicode but its compatibility ideographs; what is beyond
// stays as it is, and so does a text that is not UTF-8. Time grows with the text, and no worse than
// n log n.
std::string nfc(std::string_view text);

}  // namespace kontor
