#include "web_pack.h"

extern "C" {
extern const char kontor_web[], kontor_web_end[];
}

namespace kontor::app {

std::string_view packed_web() {
  return {kontor_web, static_cast<std::size_t>(kontor_web_end - kontor_web)};
}

}  // namespace kontor::app
