// Cells that a spreadsheet would take for a formula.
#pragma once

#include <string>
#include <string_view>

namespace kontor::crm {

// Puts an apostrophe before a cell that begins with = + - @ tab or CR and is no plain number
// ("-12.5", "+84901234567"). One that begins with apostrophes and such a character gets one more,
// so that unguarded() always gives back what was written.
void append_guarded(std::string& out, std::string_view cell);

// The cell without the apostrophe that guards it.
std::string_view unguarded(std::string_view cell);

}  // namespace kontor::crm
