#include "backup/archive_reader.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "backup/durable_file.h"
#include "backup/gzip_form.h"
#include "base/check.h"
#include "base/sha256.h"

namespace kontor::backup {
namespace {

constexpr std::size_t k_piece = 256 * 1024;

bool is_zero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
}

}  // namespace

struct ArchiveReader::State {
  State(ByteSource source, std::string name)
      : source_(std::move(source)), name_(std::move(name)), packed_(k_piece, '\0') {
    CHECK(inflateInit2(&stream_, k_gzip_window) == Z_OK);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { inflateEnd(&stream_); }

  Error failure(const char* kind, const std::string& what) const {
    return {.code = Code::verification_failed, .message = name_ + " " + what, .kind = kind};
  }

  std::string place() const {
    return "at byte " + std::to_string(taken_ - stream_.avail_in) +
           (entry_.empty() ? std::string() : ", in " + entry_);
  }

  Error damaged(const std::string& what) const {
    return failure("backup_damaged", "is damaged " + place() + ": " + what + ".");
  }

  Error truncated() const {
    return failure("backup_truncated",
                   "ends too early, " + place() + ": the rest of the file is missing.");
  }

  // More packed bytes; false at the end of the file.
  Result<bool> fill() {
    const std::size_t got = TRY(source_(packed_.data(), packed_.size()));
    if (taken_ == 0) TRY(check_head({packed_.data(), got}));
    taken_ += static_cast<std::int64_t>(got);
    stream_.next_in = reinterpret_cast<Bytef*>(packed_.data());
    stream_.avail_in = static_cast<uInt>(got);
    return got > 0;
  }

  Result<void> check_head(std::string_view bytes) const {
    const auto same = [](char is, unsigned char should) {
      return static_cast<unsigned char>(is) == should;
    };
    const std::size_t size = std::min(bytes.size(), k_gzip_head.size());
    const auto differs = std::mismatch(bytes.begin(), bytes.begin() + static_cast<long>(size),
                                       k_gzip_head.begin(), same);
    if (differs.second == k_gzip_head.end()) return {};
    if (bytes.empty()) return failure("backup_truncated", "is empty.");
    if (differs.second - k_gzip_head.begin() == static_cast<long>(size)) return truncated();
    if (differs.second - k_gzip_head.begin() < 2) {
      return failure("foreign_file", "is no backup of Kontor.");
    }
    return failure("backup_damaged", "is no backup of Kontor, or is damaged in its first bytes.");
  }

  // Exactly `count` unpacked bytes, or fewer where the packed stream ends.
  Result<std::size_t> unpack(char* bytes, std::size_t count) {
    stream_.next_out = reinterpret_cast<Bytef*>(bytes);
    stream_.avail_out = static_cast<uInt>(count);
    while (stream_.avail_out > 0 && !ended_) {
      if (stream_.avail_in == 0 && !TRY(fill())) return truncated();
      const char* begin = reinterpret_cast<const char*>(stream_.next_in);
      const uInt given = stream_.avail_in;
      const int rc = inflate(&stream_, Z_NO_FLUSH);
      digest_.add({begin, given - stream_.avail_in});
      if (rc == Z_STREAM_END) ended_ = true;
      else if (rc != Z_OK && rc != Z_BUF_ERROR)
        return damaged(stream_.msg != nullptr ? stream_.msg : "it cannot be unpacked");
    }
    return count - stream_.avail_out;
  }

  Result<void> unpack_exactly(char* bytes, std::size_t count) {
    if (TRY(unpack(bytes, count)) == count) return {};
    return damaged("its last entry is missing");
  }

  Result<void> check_padding() {
    std::array<char, k_tar_block> rest{};
    TRY(unpack_exactly(rest.data(), padding_));
    if (!is_zero({rest.data(), padding_})) return damaged("there are bytes between two entries");
    padding_ = 0;
    return {};
  }

  // A second block of zeros, then the end of both stream and file.
  Result<void> check_end() {
    TarBlock block{};
    TRY(unpack_exactly(block.data(), block.size()));
    if (!is_zero({block.data(), block.size()})) return damaged("its end is not one");
    if (TRY(unpack(block.data(), 1)) != 0) return damaged("there is something behind its end");
    return check_seal();
  }

  Result<void> check_seal() {
    const std::string seal = gzip_seal(digest_.hex());
    std::string rest;
    while (rest.size() <= seal.size() && (stream_.avail_in > 0 || TRY(fill()))) {
      rest.append(reinterpret_cast<const char*>(stream_.next_in), stream_.avail_in);
      stream_.avail_in = 0;
    }
    if (rest == seal) return {};
    if (seal.starts_with(rest)) return truncated();
    if (rest.starts_with(seal)) return damaged("there is something behind its end");
    return failure("backup_damaged",
                   "is damaged: its last bytes are not the SHA-256 of the others.");
  }

  ByteSource source_;
  std::string name_;
  std::string packed_;
  z_stream stream_{};
  Sha256Stream digest_;     // of what is packed
  std::int64_t taken_ = 0;  // packed bytes so far, those that wait in the stream included
  bool ended_ = false;
  std::string entry_;  // being read
  std::int64_t left_ = 0;
  std::size_t padding_ = 0;
};

ArchiveReader::ArchiveReader(ByteSource source, std::string name)
    : state_(std::make_unique<State>(std::move(source), std::move(name))) {}
ArchiveReader::ArchiveReader(ArchiveReader&&) noexcept = default;
ArchiveReader::~ArchiveReader() = default;

Result<std::optional<TarEntry>> ArchiveReader::next() {
  std::string skipped(state_->left_ > 0 ? k_piece : 0, '\0');
  while (state_->left_ > 0) TRY(read(skipped.data(), skipped.size()));
  TRY(state_->check_padding());
  state_->entry_.clear();
  TarBlock block{};
  TRY(state_->unpack_exactly(block.data(), block.size()));
  const std::string_view bytes(block.data(), block.size());
  if (is_zero(bytes)) {
    TRY(state_->check_end());
    return std::optional<TarEntry>();
  }
  auto entry = parse_tar_header(bytes);
  if (!entry) return state_->damaged("an entry has no good header");
  state_->entry_ = entry->name;
  state_->left_ = entry->bytes;
  state_->padding_ = tar_padding(entry->bytes);
  return entry;
}

Result<std::size_t> ArchiveReader::read(char* bytes, std::size_t count) {
  const auto most = static_cast<std::int64_t>(count);
  const auto want = static_cast<std::size_t>(std::min(most, state_->left_));
  TRY(state_->unpack_exactly(bytes, want));
  state_->left_ -= static_cast<std::int64_t>(want);
  return want;
}

Result<std::string> ArchiveReader::read_all(std::size_t max_bytes) {
  if (state_->left_ > static_cast<std::int64_t>(max_bytes)) {
    return state_->damaged("it says that it has " + std::to_string(state_->left_) + " bytes");
  }
  std::string bytes(static_cast<std::size_t>(state_->left_), '\0');
  TRY(read(bytes.data(), bytes.size()));
  return bytes;
}

ByteSource bytes_of(int fd, std::string name) {
  return [fd, name = std::move(name)](char* bytes, std::size_t count) {
    return read_up_to(fd, bytes, count, name);
  };
}

}  // namespace kontor::backup
