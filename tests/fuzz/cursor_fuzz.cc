// Whatever a client sends as a cursor: it is refused, or what it says can be written as a cursor
// and read back as the same. Input: the order of the list, a line end, the cursor.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "crm/cursor.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return 0;
  const std::string_view order = text.substr(0, end);
  const auto values = kontor::crm::decode_cursor(order, text.substr(end + 1));
  if (!values) return 0;
  const std::string written = kontor::crm::encode_cursor(order, *values);
  CHECK(kontor::crm::decode_cursor(order, written) == values);
  return 0;
}
