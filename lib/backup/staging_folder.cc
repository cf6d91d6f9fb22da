#include "backup/staging_folder.h"

#include <sys/stat.h>

#include <system_error>
#include <utility>
#include <vector>

namespace kontor::backup {
namespace {

constexpr const char* k_prefix = ".kontor-staging-";

}  // namespace

std::string random_hex(Random& random, std::size_t count) {
  std::vector<std::byte> bytes(count);
  random.fill(bytes);
  std::string text;
  for (const std::byte byte : bytes) text += "0123456789abcdef"[std::to_integer<int>(byte) & 15];
  return text;
}

// Between mkdir and the lock a sweep can take the folder away; then there is another name.
Result<StagingFolder> StagingFolder::make(const std::filesystem::path& parent, Random& random) {
  while (true) {
    const std::filesystem::path path = parent / (k_prefix + random_hex(random, 8));
    if (::mkdir(path.c_str(), 0700) != 0) return file_error(path, "cannot be made");
    auto lock = FileLock::try_folder(path);
    if (lock.ok()) return StagingFolder(path, std::move(lock).value());
    if (lock.error().code != Code::busy && lock.error().code != Code::not_found) {
      return lock.error();
    }
  }
}

void StagingFolder::sweep(const std::filesystem::path& parent) {
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(parent, failure)) {
    if (!entry.path().filename().string().starts_with(k_prefix)) continue;
    const auto lock = FileLock::try_folder(entry.path());
    std::error_code ignored;
    if (lock.ok()) std::filesystem::remove_all(entry.path(), ignored);
  }
}

StagingFolder::StagingFolder(StagingFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}

StagingFolder::~StagingFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace kontor::backup
