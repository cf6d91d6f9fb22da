// Headers of tar files (POSIX ustar, with GNU's form of sizes from 8 GiB). Only what a backup
// holds: regular files with short names.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::backup {

inline constexpr std::size_t k_tar_block = 512;
using TarBlock = std::array<char, k_tar_block>;

struct TarEntry {
  std::string name;  // at most 100 bytes, or parted at a "/" into at most 155 and 100
  std::int64_t bytes = 0;
};

// nullopt: the name does not fit.
std::optional<TarBlock> tar_header(const TarEntry& entry, std::int64_t modified_s);

// nullopt: no header of a regular file, or its checksum does not hold. A block of zeros is none.
std::optional<TarEntry> parse_tar_header(std::string_view block);

// Bytes from the end of an entry's content to the next header.
std::size_t tar_padding(std::int64_t bytes);

}  // namespace kontor::backup
