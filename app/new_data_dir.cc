#include "new_data_dir.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/config_text.h"
#include "base/sealed.h"
#include "composition.h"

namespace kontor::app {
namespace {

constexpr std::array<std::string_view, 7> k_own_entries = {
    "kontor.toml", "kontor.lock", "kontor.sock", "master.key", "files", "backups", "archive"};

Result<void> check_leftovers(const std::filesystem::path& path) {
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(path, failure)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("kontor.db") && std::filesystem::exists(path / "kontor.db")) continue;
    if (std::find(k_own_entries.begin(), k_own_entries.end(), name) != k_own_entries.end()) {
      continue;
    }
    if (name.ends_with(".new")) continue;  // of an init that was killed
    return Error{
        .code = Code::conflict,
        .message = path.string() + " is not empty and not a data directory: it holds " + name + ".",
        .kind = "directory_not_empty",
        .hint = "name a new directory with --data"};
  }
  return {};
}

Error file_failure(const std::filesystem::path& file) {
  const int error = errno;
  const bool full = error == ENOSPC || error == EDQUOT;
  return {.code = full ? Code::disk_full : Code::io_error,
          .message = file.string() + " cannot be written: " + std::strerror(error) + "."};
}

bool write_synced(const std::filesystem::path& file, std::string_view bytes) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  const bool written =
      ::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
      ::fsync(fd) == 0;
  return ::close(fd) == 0 && written;
}

// Whole or not at all, and never over one that is there.
Result<void> write_new_file(const std::filesystem::path& file, std::string_view bytes) {
  std::error_code failure;
  if (std::filesystem::exists(file, failure)) return {};
  const std::filesystem::path fresh = file.string() + ".new";
  if (!write_synced(fresh, bytes)) return file_failure(fresh);
  if (::rename(fresh.c_str(), file.c_str()) != 0) return file_failure(file);
  return {};
}

std::string random_bytes(Random& random, std::size_t count) {
  std::string bytes(count, '\0');
  random.fill(std::as_writable_bytes(std::span(bytes)));
  return bytes;
}

}  // namespace

Result<void> make_missing_key(const store::DataDir& data_dir, Random& random) {
  return write_new_file(data_dir.master_key(), random_bytes(random, SecretKey::k_bytes));
}

Result<Made> make_data_dir(const std::filesystem::path& path, const SettingFlags& chosen,
                           const Clock& clock, Random& random) {
  TRY(check_leftovers(path));
  const store::DataDir made = TRY(store::DataDir::create(path));
  store::Migrator migrator = TRY(store::Migrator::open(migrator_options(path), clock));
  if (TRY(migrator.status()).current > 0) return Made::before;
  TRY(write_new_file(made.master_key(), random_bytes(random, SecretKey::k_bytes)));
  TRY(write_new_file(made.settings(), config_template(chosen)));
  TRY(migrator.up());
  return Made::now;
}

}  // namespace kontor::app
