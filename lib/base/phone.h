// Phone numbers: from what people write to one form to compare and dial by.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kontor {

// "+84912345678" from "0912 345 678" with default country "VN" (ISO 3166-1 alpha-2).
// Blanks (also no-break ones), dots, dashes, slashes and brackets are ignored, as is a "(0)" after
// a calling code. "+" or "00" (from North America also "011") starts an international number; all
// else is a number of the default country, with or without its trunk prefix. nullopt: letters or an
// extension, an unknown calling code, or a length the country does not have; keep the raw text
// then.
std::optional<std::string> normal_phone(std::string_view text, std::string_view default_country);

// Is `code` an ISO 3166-1 alpha-2 code (or XK, AC, TA) with telephones?
bool is_country(std::string_view code);

}  // namespace kontor
