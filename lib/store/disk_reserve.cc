#include "store/disk_reserve.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace kontor::store {
namespace {

// Room for some commits and a checkpoint where no reserve is kept.
constexpr std::int64_t k_least_room = 256 * 1024;

}  // namespace

std::int64_t free_bytes(const std::filesystem::path& folder) {
  struct statvfs disk {};
  if (statvfs(folder.c_str(), &disk) != 0) return 0;
  return static_cast<std::int64_t>(disk.f_bavail) * static_cast<std::int64_t>(disk.f_frsize);
}

std::filesystem::path reserve_file(const std::filesystem::path& database) {
  return database.string() + "-reserve";
}

DiskReserve::DiskReserve(std::filesystem::path file, std::size_t bytes)
    : file_(std::move(file)), bytes_(bytes) {}

bool DiskReserve::take() {
  if (bytes_ == 0) return true;
  const int fd = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  const bool taken = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes_)) == 0;
  ::close(fd);
  if (!taken) release();
  return taken;
}

bool DiskReserve::is_taken() const {
  std::error_code failure;
  return bytes_ == 0 || (std::filesystem::file_size(file_, failure) == bytes_ && !failure);
}

void DiskReserve::release() {
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
}

bool DiskReserve::has_room() const {
  const auto reserve = std::max(static_cast<std::int64_t>(bytes_), k_least_room);
  return free_bytes(file_.parent_path()) >= 2 * reserve;
}

}  // namespace kontor::store
