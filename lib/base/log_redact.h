// What the log may show of a value.
#pragma once

#include <string>
#include <string_view>

namespace kontor {

// Does a field of this name hold something that must never be logged? Told by its name alone:
// authorization, cookie, password, passphrase, token, secret, totp, credential, api_key in it.
bool is_secret_key(std::string_view key);

// Enough to recognise one's own data, too little to learn another's: "a***@example.com",
// "***78" of a phone number, "N***" of a name.
std::string mask_personal(std::string_view value);

}  // namespace kontor
