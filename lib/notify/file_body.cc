#include "notify/file_body.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/sha256.h"

namespace kontor::notify {
namespace {

constexpr std::size_t k_file_piece = 64 * 1024;

}  // namespace

Error file_failure(const std::filesystem::path& file, const char* what) {
  return {.code = errno == ENOSPC ? Code::disk_full : Code::io_error,
          .message = file.string() + " cannot be " + what + ": " + std::strerror(errno) + "."};
}

FileBody::FileBody(UniqueFd fd, std::filesystem::path file)
    : fd_(std::move(fd)), file_(std::move(file)), piece_(k_file_piece, '\0') {}

Result<FileBody> FileBody::open(const std::filesystem::path& file) {
  UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return file_failure(file, "read");
  return FileBody(std::move(fd), file);
}

Result<MeasuredFile> FileBody::measure(std::int64_t part_bytes) {
  struct stat entry {};
  if (::fstat(fd_.get(), &entry) != 0) return file_failure(file_, "read");
  MeasuredFile measured{.whole = {.bytes = entry.st_size, .sha256 = {}}, .parts = {}};
  const bool in_parts = entry.st_size > part_bytes;
  Sha256Stream whole;
  for (std::int64_t begin = 0; begin < entry.st_size; begin += part_bytes) {
    FilePart part{
        .begin = begin, .bytes = std::min(part_bytes, entry.st_size - begin), .sha256 = {}};
    Sha256Stream digest;
    TRY(seek(part));
    while (true) {
      const std::string_view piece = TRY(next());
      if (piece.empty()) break;
      whole.add(piece);
      if (in_parts) digest.add(piece);
    }
    if (!in_parts) break;
    part.sha256 = digest.hex();
    measured.parts.push_back(std::move(part));
  }
  measured.whole.sha256 = whole.hex();
  return measured;
}

Result<void> FileBody::seek(const FilePart& part) {
  if (::lseek(fd_.get(), part.begin, SEEK_SET) < 0) return file_failure(file_, "read");
  left_ = part.bytes;
  return {};
}

Result<std::string_view> FileBody::next() {
  const auto most = static_cast<std::size_t>(std::min<std::int64_t>(left_, std::ssize(piece_)));
  if (most == 0) return std::string_view();
  const auto got = ::read(fd_.get(), piece_.data(), most);
  if (got < 0) return file_failure(file_, "read");
  if (got == 0)
    return Error{.code = Code::io_error, .message = file_.string() + " became shorter meanwhile."};
  left_ -= got;
  return std::string_view(piece_.data(), static_cast<std::size_t>(got));
}

}  // namespace kontor::notify
