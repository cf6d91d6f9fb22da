#include "base/secret_compare.h"

#include <sodium.h>

namespace kontor {

bool equal_secrets(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace kontor
