// The upper halves of the Windows code pages in which spreadsheets save CSV, and the compositions
// of Vietnamese letters with their tone marks.
#pragma once

#include <array>

namespace kontor::crm {

// By byte − 0x80; 0: the page does not define the byte.
const std::array<char16_t, 128>& windows_1252_table();
const std::array<char16_t, 128>& windows_1258_table();

// The one letter for a letter and a combining mark (U+0300, 0301, 0303, 0309, 0323); 0: there is
// none.
char16_t composed(char16_t base, char16_t mark);

}  // namespace kontor::crm
