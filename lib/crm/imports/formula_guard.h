// Cells that a spreadsheet would take for a formula.
#pragma once

#include <string>
#include <string_view>

namespace kontor::crm {

// Puts an apostrophe before a cell that begins with = + - @ tab or CR and is neither a plain number
// ("-12.5", "+84901234567") nor a telephone number with blanks ("+84 90 123 45 67"). One that
// begins with apostrophes and such a character gets one more, so that unguarded() always gives back
// what was written.
void append_guarded(std::string& out, std::string_view cell);

// The cell without the apostrophe that guards it.
std::string_view unguarded(std::string_view cell);

}  // namespace kontor::crm
