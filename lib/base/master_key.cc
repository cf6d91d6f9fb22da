#include "base/master_key.h"

#include <sodium.h>

#include "base/small_file.h"

namespace kontor {
namespace {

constexpr std::size_t k_most_bytes = 4096;  // enough to see that it is something else

Error unusable(const std::string& place, const std::string& what) {
  return {.code = Code::wrong_key,
          .message = place + what,
          .kind = "wrong_key",
          .hint =
              "put back the master.key that belongs to this database (0600), or hand it over as "
              "the systemd credential " +
              std::string(k_master_key_credential) +
              "; if it is lost for good: kontor init --new-key"};
}

}  // namespace

std::string master_key_place(const std::string& file, const std::string& credentials_folder) {
  if (credentials_folder.empty()) return file;
  std::string credential = credentials_folder + "/" + k_master_key_credential;
  const auto probe = read_small_file(credential, k_most_bytes);
  return !probe.ok() && probe.error().code == Code::not_found ? file : credential;
}

Result<SecretKey> read_master_key(const std::string& file, const std::string& credentials_folder) {
  const std::string place = master_key_place(file, credentials_folder);
  auto bytes = read_small_file(place, k_most_bytes);
  if (!bytes.ok() && bytes.error().code == Code::not_found)
    return unusable(place, " is missing: without it what is sealed in the database stays closed.");
  if (!bytes.ok() && bytes.error().code == Code::io_error) return bytes.error();
  if (!bytes.ok() || bytes->size() != SecretKey::k_bytes)
    return unusable(place, " is no master key: it must have 32 bytes.");
  SecretKey key(*bytes);
  sodium_memzero(bytes->data(), bytes->size());
  return key;
}

}  // namespace kontor
