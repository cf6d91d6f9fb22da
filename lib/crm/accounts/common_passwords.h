// Passwords that everyone who guesses tries first.
#pragma once

#include <string>
#include <string_view>

namespace kontor::crm {

// Is it, or is it made of, one of the list that is packed into the program (the words of the Debian
// package python3-zxcvbn, scripts/cmake/pack_common_passwords.py)? Looked at without regard to
// case, with digits and signs at both ends removed, "p@ssw0rd" read as "password", and repeated
// ones as one. So are rows of the keyboard, of the alphabet and of digits, and what has fewer than
// five different characters.
bool is_common_password(std::string_view password);

// "p@ssw0rd" → "password": digits and signs that stand for letters.
std::string without_substitutes(std::string_view text);

}  // namespace kontor::crm
