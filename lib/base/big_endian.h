// Numbers as files and networks write them: the highest byte first.
#pragma once

#include <cstdint>
#include <string_view>

namespace kontor {

// Of at most 8 bytes; of more only the last 8 count.
inline std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace kontor
