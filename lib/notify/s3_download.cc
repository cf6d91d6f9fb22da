#include "notify/s3_download.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "notify/file_body.h"

namespace kontor::notify {
namespace {

constexpr int k_partial_content = 206;

}  // namespace

Result<S3Download> S3Download::open(const std::filesystem::path& file) {
  UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd) return file_failure(file, "written");
  return S3Download(std::move(fd), file);
}

S3Download::~S3Download() {
  if (fd_ && !is_kept_) ::unlink(file_.c_str());
}

// Without a tag nobody would notice that it is another object.
std::vector<Field> S3Download::conditions() const {
  if (bytes_ == 0 || etag_.empty()) return {};
  return {{"if-match", etag_}, {"range", "bytes=" + std::to_string(bytes_) + "-"}};
}

Result<void> S3Download::start_over() {
  etag_.clear();
  bytes_ = 0;
  if (::ftruncate(fd_.get(), 0) != 0 || ::lseek(fd_.get(), 0, SEEK_SET) != 0) {
    return file_failure(file_, "written");
  }
  return {};
}

Result<void> S3Download::take(const HttpReply& head, std::string_view bytes) {
  if (!is_in_answer_ && head.status == k_partial_content) {
    const std::string* range = head.find("content-range");
    if (range == nullptr || !range->starts_with("bytes " + std::to_string(bytes_) + "-")) {
      return Error{.code = Code::unavailable,
                   .message = "The service sent another part of the object than was asked for.",
                   .kind = "target_odd"};
    }
  } else if (!is_in_answer_) {
    TRY(start_over());  // all of it, whatever was asked for
    if (const std::string* etag = head.find("etag")) etag_ = *etag;
  }
  is_in_answer_ = true;
  while (!bytes.empty()) {
    const auto written = ::write(fd_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return file_failure(file_, "written");
    bytes.remove_prefix(static_cast<std::size_t>(written));
    bytes_ += written;
  }
  return {};
}

}  // namespace kontor::notify
