// Secrets that the program makes: session tokens, links, device cookies. Only their digest is kept.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "base/sha256.h"

namespace kontor {

inline constexpr std::size_t k_secret_chars = 43;

// 256 random bits as base64url without padding (RFC 4648 section 5): fit for URLs and cookies.
std::string make_secret(Random& random);

// Has it the form of one? For refusing what cannot be one before it is looked up.
bool is_secret(std::string_view text);

// The bytes of a digest, for binding and comparing; a view of `digest`.
std::string_view bytes_of(const Sha256& digest);

}  // namespace kontor
