// What marks a file as a Kontor database, and the oldest SQLite that may touch it.
#pragma once

#include <cstdint>

namespace kontor::store {

// PRAGMA application_id: "KNTR" in ASCII.
inline constexpr std::int64_t k_application_id = 0x4B4E5452;

// Older ones can lose a commit when a WAL is reset while another connection checkpoints
// (sqlite.org/wal.html, section 11).
inline constexpr int k_oldest_sqlite = 3'051'003;

}  // namespace kontor::store
