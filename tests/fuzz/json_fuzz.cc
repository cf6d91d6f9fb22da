// Whatever bytes come in: the strict parser refuses them as malformed, or what it made can be
// written and read back as the same value.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/json.h"
#include "base/utf8.h"

namespace {

// Not assert(): this must hold in every build.
void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = kontor::parse_json(text);
  if (!json.ok()) {
    require(json.error().code == kontor::Code::malformed && !json.error().message.empty());
    return 0;
  }
  require(kontor::is_utf8(text));
  const std::string written = kontor::to_text(*json);
  const auto again = kontor::parse_json(written);
  require(again.ok() && *again == *json && kontor::to_text(*again) == written);
  return 0;
}
