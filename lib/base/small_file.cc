#include "base/small_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace kontor {
namespace {

class OpenFile {
 public:
  explicit OpenFile(const std::string& path) : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

Error system_failure(const std::string& path, int error_number) {
  const std::string reason = std::generic_category().message(error_number);
  return {
      .code = error_number == ENOENT || error_number == ENOTDIR ? Code::not_found : Code::io_error,
      .message = "Cannot read " + path + ": " + reason + "."};
}

}  // namespace

Result<std::string> read_small_file(const std::string& path, std::size_t max_bytes) {
  const OpenFile file(path);
  if (file.fd() < 0) return system_failure(path, errno);
  std::string text;
  std::array<char, 16 * 1024> buffer{};
  for (;;) {
    const ssize_t got = read(file.fd(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure(path, errno);
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > max_bytes) {
      return Error{.code = Code::too_large, .message = path + " is larger than it may be."};
    }
  }
}

}  // namespace kontor
