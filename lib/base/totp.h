// Time-based one-time codes (RFC 6238, RFC 4226) as authenticator apps make them: HMAC-SHA-1, six
// digits, a step of 30 s.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor {

inline constexpr std::size_t k_totp_seed_bytes = 20;  // RFC 4226 section 4, R6: 160 bits

// The number of the step that holds at an instant.
std::int64_t totp_step(std::int64_t now_ms);

// Six digits, zeros in front. `seed` are bytes, not their base 32.
std::string totp_code(std::string_view seed, std::int64_t step);

// The step whose code it is: that of now, the one before or the one after (a clock that is wrong by
// up to 30 s), and later than `last_step`, so that no code counts twice. nullopt: of none of them.
// Blanks in `code` are left out. Takes the same time whichever step it is.
std::optional<std::int64_t> find_totp_step(std::string_view seed, std::string_view code,
                                           std::int64_t now_ms, std::int64_t last_step);

// What an authenticator app reads from a QR code: otpauth://totp/ISSUER:ACCOUNT?secret=…
std::string otpauth_url(std::string_view seed, std::string_view issuer, std::string_view account);

}  // namespace kontor
