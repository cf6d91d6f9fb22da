// An object on its way into a file, over as many connections as it takes: what has come stays, and
// the next request asks for the rest of the same object.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "notify/http_client.h"

namespace kontor::notify {

// One thread. The file is new, and gone again if keep() was not called.
class S3Download {
 public:
  static Result<S3Download> open(const std::filesystem::path& file);
  S3Download(S3Download&&) = default;
  S3Download& operator=(S3Download&&) = delete;
  ~S3Download();

  // For the next request: nothing at first; then which bytes, and of which object.
  std::vector<Field> conditions() const;
  // Takes a piece of the answer to it. Code::unavailable, kind target_odd, for another part than
  // was asked for; errors of the file.
  Result<void> take(const HttpReply& head, std::string_view bytes);
  // An answer has ended, or will not: the next piece is the first one of another.
  void end_answer() { is_in_answer_ = false; }
  // Another object is there now: nothing of the first one counts.
  Result<void> start_over();

  std::int64_t bytes() const { return bytes_; }
  void keep() { is_kept_ = true; }

 private:
  S3Download(UniqueFd fd, std::filesystem::path file)
      : fd_(std::move(fd)), file_(std::move(file)) {}

  UniqueFd fd_;
  std::filesystem::path file_;
  std::int64_t bytes_ = 0;
  std::string etag_;  // what is told of the object's content
  bool is_in_answer_ = false;
  bool is_kept_ = false;
};

}  // namespace kontor::notify
