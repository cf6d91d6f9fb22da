#include "backup/archive_writer.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <optional>
#include <vector>

#include "backup/durable_file.h"
#include "backup/gzip_form.h"
#include "backup/tar.h"
#include "base/check.h"
#include "base/sha256.h"
#include "base/unique_fd.h"

namespace kontor::backup {
namespace {

constexpr std::size_t k_piece = 1024 * 1024;
// As for the copy of the database: a large sync at the end would hold up the writer's syncs.
constexpr std::int64_t k_unsynced_bytes = 8LL * 1024 * 1024;

Error changed(const std::filesystem::path& source) {
  return {
      .code = Code::verification_failed,
      .message = source.string() + " changed while it was copied, or cannot be read twice alike.",
      .hint = "check the disk, then make the backup again"};
}

Error cancelled() {
  return {.code = Code::unavailable,
          .message = "The backup was interrupted; nothing is left of it.",
          .kind = "interrupted",
          .hint = "kontor backup create"};
}

}  // namespace

struct ArchiveWriter::State {
  State(std::filesystem::path path, int fd, std::int64_t modified_ms,
        std::function<bool()> is_cancelled)
      : path_(std::move(path)),
        file_(fd),
        modified_s_(modified_ms / 1000),
        is_cancelled_(std::move(is_cancelled)),
        packed_(k_piece, '\0') {
    CHECK(deflateInit2(&stream_, k_gzip_level, Z_DEFLATED, k_gzip_window, k_gzip_memory,
                       Z_DEFAULT_STRATEGY) == Z_OK);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { deflateEnd(&stream_); }

  Result<void> pack(std::string_view bytes, int flush) {
    if (is_cancelled_ && is_cancelled_()) return cancelled();
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(packed_.data());
      stream_.avail_out = static_cast<uInt>(packed_.size());
      deflate(&stream_, flush);
      const std::string_view made(packed_.data(), packed_.size() - stream_.avail_out);
      digest_.add(made);
      TRY(put(made));
    } while (stream_.avail_out == 0);
    return {};
  }

  Result<void> seal_for(const Recipients& recipients) {
    if (recipients.empty()) return {};
    seal_ = TRY(SealingSink::open(recipients, k_backup_purpose,
                                  [this](std::string_view bytes) { return write(bytes); }));
    return {};
  }

  Result<void> put(std::string_view bytes) { return seal_ ? seal_->put(bytes) : write(bytes); }

  Result<void> write(std::string_view bytes) {
    TRY(write_all(file_.get(), bytes, path_));
    written_ += static_cast<std::int64_t>(bytes.size());
    if (written_ - synced_ < k_unsynced_bytes) return {};
    return sync();
  }

  Result<void> sync() {
    if (::fdatasync(file_.get()) != 0) return file_error(path_, "cannot be synced");
    synced_ = written_;
    return {};
  }

  Result<void> begin_entry(const std::string& name, std::int64_t bytes) {
    const auto header = tar_header({name, bytes}, modified_s_);
    CHECK(header.has_value());
    return pack({header->data(), header->size()}, Z_NO_FLUSH);
  }

  Result<void> end_entry(std::int64_t bytes) {
    return pack(std::string(tar_padding(bytes), '\0'), Z_NO_FLUSH);
  }

  std::filesystem::path path_;
  UniqueFd file_;
  std::int64_t modified_s_;
  std::function<bool()> is_cancelled_;
  std::string packed_;
  z_stream stream_{};
  Sha256Stream digest_;  // of what is packed
  std::optional<SealingSink> seal_;
  std::int64_t written_ = 0;
  std::int64_t synced_ = 0;
};

ArchiveWriter::ArchiveWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
ArchiveWriter::ArchiveWriter(ArchiveWriter&&) noexcept = default;
ArchiveWriter::~ArchiveWriter() = default;

Result<ArchiveWriter> ArchiveWriter::open(const std::filesystem::path& file,
                                          std::int64_t modified_ms,
                                          std::function<bool()> is_cancelled,
                                          const Recipients& recipients) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return file_error(file, "cannot be made");
  auto state = std::make_unique<State>(file, fd, modified_ms, std::move(is_cancelled));
  TRY(state->seal_for(recipients));
  return ArchiveWriter(std::move(state));
}

Result<void> ArchiveWriter::add(const std::string& name, std::string_view bytes) {
  const auto size = static_cast<std::int64_t>(bytes.size());
  TRY(state_->begin_entry(name, size));
  TRY(state_->pack(bytes, Z_NO_FLUSH));
  return state_->end_entry(size);
}

Result<void> ArchiveWriter::add_file(const FileDigest& entry, const std::filesystem::path& source) {
  const UniqueFd file(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return file_error(source, "cannot be read");
  TRY(state_->begin_entry(entry.path, entry.bytes));
  std::string piece(k_piece, '\0');
  Sha256Stream digest;
  std::int64_t done = 0;
  while (true) {
    const std::size_t got = TRY(read_up_to(file.get(), piece.data(), piece.size(), source));
    if (got == 0) break;
    done += static_cast<std::int64_t>(got);
    if (done > entry.bytes) return changed(source);
    digest.add({piece.data(), got});
    TRY(state_->pack({piece.data(), got}, Z_NO_FLUSH));
  }
  if (done != entry.bytes || digest.hex() != entry.sha256) return changed(source);
  return state_->end_entry(entry.bytes);
}

Result<std::int64_t> ArchiveWriter::finish() {
  TRY(state_->pack(std::string(2 * k_tar_block, '\0'), Z_FINISH));
  TRY(state_->put(gzip_seal(state_->digest_.hex())));
  if (state_->seal_) TRY(state_->seal_->finish());
  TRY(state_->sync());
  return state_->written_;
}

Keyring ArchiveWriter::own_key() const {
  Keyring keys;
  if (state_->seal_) keys.add_stream(state_->seal_->header(), state_->seal_->key());
  return keys;
}

}  // namespace kontor::backup
