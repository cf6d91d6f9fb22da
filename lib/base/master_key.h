// The master key: the one secret that lies beside the database and not in it. From it follow the
// keys that seal what the database keeps (sealed.h).
#pragma once

#include <string>

#include "base/result.h"
#include "base/sealed.h"

namespace kontor {

// The systemd credential that is taken instead of the file, if there is one.
inline constexpr const char* k_master_key_credential = "kontor_master_key";

// Where it is: the credential in `credentials_folder` ($CREDENTIALS_DIRECTORY, may be empty) if it
// is there, else `file`.
std::string master_key_place(const std::string& file, const std::string& credentials_folder);

// 32 bytes as they are. Code::wrong_key, naming the file and what to do, if it is missing or of
// another length; Code::io_error if it cannot be read.
Result<SecretKey> read_master_key(const std::string& file, const std::string& credentials_folder);

}  // namespace kontor
