// Streams of bytes, for what is put before or behind another: packing, sealing, sending.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "base/result.h"

namespace kontor::backup {

// Up to `count` bytes; 0 only at the end.
using ByteSource = std::function<Result<std::size_t>(char* bytes, std::size_t count)>;
// Takes all of them.
using ByteSink = std::function<Result<void>(std::string_view bytes)>;

}  // namespace kontor::backup
