// How a backup's gzip is written; the reader takes no other, so that a change of any byte shows.
#pragma once

#include <array>
#include <string>

namespace kontor::backup {

// Speed decides: pages of a database shrink to a third at this level, and to a quarter at the best,
// which takes ten times as long.
inline constexpr int k_gzip_level = 1;
inline constexpr int k_gzip_window = 15 + 16;  // zlib's way to ask for a gzip wrapper
inline constexpr int k_gzip_memory = 8;

// Magic, deflate, no flags, no time, fastest, Unix: what zlib writes for the level above.
inline constexpr std::array<unsigned char, 10> k_gzip_head = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 3};

// The last bytes of the file: a gzip member of its own that unpacks to nothing and carries, as its
// comment, the SHA-256 of all packed bytes before it. What gzip's own checksum cannot see (bits
// that no content depends on) shows here.
std::string gzip_seal(const std::string& sha256_hex);

}  // namespace kontor::backup
