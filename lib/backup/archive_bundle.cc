#include "backup/archive_bundle.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "backup/catalogue.h"
#include "backup/durable_file.h"
#include "backup/tar.h"
#include "base/sha256.h"
#include "base/small_file.h"
#include "base/unique_fd.h"

namespace kontor::backup {
namespace {

constexpr std::string_view k_ending = ".tar";
constexpr std::size_t k_digest_digits = 8;
constexpr std::size_t k_epoch_bytes = 29;
constexpr std::size_t k_sequence_bytes = 12;
constexpr std::size_t k_stamp_bytes = 20;
// "-<last>-<first>-<second>-", as in the names of segments.
constexpr std::size_t k_place_bytes = 2 * (1 + k_sequence_bytes) + 1 + k_stamp_bytes + 1;
constexpr std::size_t k_base_name_bytes = 64;
constexpr std::size_t k_file_bytes = 512UL * 1024 * 1024;  // of a segment, at most

Error damaged(const std::filesystem::path& bundle) {
  return {.code = Code::verification_failed,
          .message = bundle.filename().string() + ", a part of the archive, is damaged.",
          .kind = "bundle_damaged",
          .hint = "fetch it again; without it: kontor restore latest"};
}

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// The names that an epoch's folder has, and no others: they become paths.
bool is_archive_file(std::string_view name) {
  if (name == "epoch.json" || parse_segment_name(name)) return true;
  constexpr std::string_view base = "base-", json = ".json";
  if (!name.starts_with(base) || !name.ends_with(json) || name.size() > k_base_name_bytes) {
    return false;
  }
  const std::string_view id = name.substr(base.size(), name.size() - base.size() - json.size());
  return !id.empty() && id.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
}

class Packing {
 public:
  explicit Packing(std::filesystem::path path)
      : path_(std::move(path)),
        fd_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {}

  Result<void> add(const std::filesystem::path& file) {
    if (!fd_) return file_error(path_, "cannot be written");
    const std::string bytes = TRY(read_small_file(file.string(), k_file_bytes));
    const auto header =
        tar_header({.name = file.filename().string(), .bytes = std::ssize(bytes)}, 0);
    if (!header) return file_error(file, "has too long a name");
    TRY(put({header->data(), header->size()}));
    TRY(put(bytes));
    return put(std::string(tar_padding(std::ssize(bytes)), '\0'));
  }

  // The hash of all.
  Result<std::string> finish() {
    TRY(put(std::string(2 * k_tar_block, '\0')));
    return digest_.hex();
  }

 private:
  Result<void> put(std::string_view bytes) {
    digest_.add(bytes);
    return write_all(fd_.get(), bytes, path_);
  }

  const std::filesystem::path path_;
  UniqueFd fd_;
  Sha256Stream digest_;
};

class Unpacking {
 public:
  Unpacking(const std::filesystem::path& bundle, std::filesystem::path folder)
      : bundle_(bundle),
        folder_(std::move(folder)),
        fd_(::open(bundle.c_str(), O_RDONLY | O_CLOEXEC)) {}

  // The hash of all that was read.
  Result<std::string> run() {
    if (!fd_) return file_error(bundle_, "cannot be read");
    while (true) {
      const std::string block = TRY(take(k_tar_block));
      if (block.find_first_not_of('\0') == std::string::npos) break;
      const auto entry = parse_tar_header(block);
      if (!entry || !is_archive_file(entry->name)) return damaged(bundle_);
      if (entry->bytes > static_cast<std::int64_t>(k_file_bytes)) return damaged(bundle_);
      const std::string bytes = TRY(take(static_cast<std::size_t>(entry->bytes)));
      TRY(take(tar_padding(entry->bytes)));
      TRY(write_atomically(folder_ / entry->name, bytes));
    }
    TRY(take(k_tar_block));
    return digest_.hex();
  }

 private:
  Result<std::string> take(std::size_t count) {
    std::string bytes(count, '\0');
    const std::size_t got = TRY(read_up_to(fd_.get(), bytes.data(), count, bundle_));
    if (got != count) return damaged(bundle_);
    digest_.add(bytes);
    return bytes;
  }

  const std::filesystem::path& bundle_;
  const std::filesystem::path folder_;
  UniqueFd fd_;
  Sha256Stream digest_;
};

}  // namespace

std::string BundleName::text() const {
  const std::string last = segment_name(last_sequence, last_sequence, last_ms);
  const std::string first = segment_name(first_sequence, first_sequence, last_ms);
  return std::string(is_merged ? k_merged_beginning : k_bundle_beginning) + epoch + "-" +
         last.substr(0, k_sequence_bytes) + "-" +
         first.substr(0, k_sequence_bytes + 1 + k_stamp_bytes) + "-" + digest +
         std::string(k_ending);
}

std::optional<BundleName> BundleName::parse(std::string_view text) {
  const bool is_merged = text.starts_with(k_merged_beginning);
  const std::size_t begin = (is_merged ? k_merged_beginning : k_bundle_beginning).size();
  const std::size_t behind = begin + k_epoch_bytes + k_place_bytes;
  if (text.size() != behind + k_digest_digits + k_ending.size()) return std::nullopt;
  const std::string_view last = text.substr(begin + k_epoch_bytes + 1, k_sequence_bytes);
  const std::string_view first = text.substr(begin + k_epoch_bytes + 2 + k_sequence_bytes,
                                             k_sequence_bytes + 1 + k_stamp_bytes);
  const std::string_view second = first.substr(k_sequence_bytes);
  // Each is the beginning of a segment's name.
  const auto from = parse_segment_name(std::string(first) + ".seg");
  const auto to = parse_segment_name(std::string(last) + std::string(second) + ".seg");
  if (!from || !to) return std::nullopt;
  BundleName name{.epoch = std::string(text.substr(begin, k_epoch_bytes)),
                  .is_merged = is_merged,
                  .first_sequence = from->sequence,
                  .last_sequence = to->sequence,
                  .last_ms = to->second_ms,
                  .digest = std::string(text.substr(behind, k_digest_digits))};
  const bool is_plain = name.epoch.find_first_not_of("0123456789abcdefTZ-") == std::string::npos;
  if (!is_plain || !is_hex(name.digest) || name.text() != text) return std::nullopt;
  return name;
}

Result<std::filesystem::path> write_bundle(const std::filesystem::path& folder,
                                           const std::filesystem::path& epoch,
                                           const std::vector<std::string>& files, BundleName name) {
  const std::filesystem::path unnamed = folder / ".bundle";
  Packing packing(unnamed);
  for (const std::string& file : files) TRY(packing.add(epoch / file));
  name.epoch = epoch.filename().string();
  const std::string digest = TRY(packing.finish());
  name.digest = digest.substr(0, k_digest_digits);
  TRY(move(unnamed, folder / name.text()));
  return folder / name.text();
}

Result<void> unpack_bundle(const std::filesystem::path& bundle,
                           const std::filesystem::path& archive) {
  const auto name = BundleName::parse(bundle.filename().string());
  if (!name) return damaged(bundle);
  TRY(make_folders(archive / name->epoch));
  const std::string digest = TRY(Unpacking(bundle, archive / name->epoch).run());
  if (digest.substr(0, k_digest_digits) != name->digest) return damaged(bundle);
  return {};
}

}  // namespace kontor::backup
