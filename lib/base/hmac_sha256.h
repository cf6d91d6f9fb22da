// HMAC with SHA-256 (RFC 2104): for protocols that sign with a shared secret.
#pragma once

#include <string_view>

#include "base/sha256.h"

namespace kontor {

Sha256 hmac_sha256(std::string_view key, std::string_view bytes);

}  // namespace kontor
