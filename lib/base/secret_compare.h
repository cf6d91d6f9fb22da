// Comparison of secrets in a time that does not tell where they differ.
#pragma once

#include <string_view>

namespace kontor {

// Whether both are the same bytes. The lengths are no secret.
bool equal_secrets(std::string_view a, std::string_view b);

}  // namespace kontor
