#include "backup/target_store.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "backup/target_command.h"
#include "backup/target_folder.h"

namespace kontor::backup {
namespace {

class FolderStore final : public TargetStore {
 public:
  explicit FolderStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Result<void> put(const std::filesystem::path& file, const Effort& effort) override {
    return copy_to_folder({.file = file, .folder = folder_, .is_cancelled = effort.is_cancelled});
  }

  Result<std::vector<StoredFile>> list(const std::string& beginning, const Effort&) override {
    std::vector<StoredFile> files;
    std::error_code failure;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, failure)) {
      std::error_code gone;
      const std::string name = entry.path().filename().string();
      if (!name.starts_with(beginning) || !entry.is_regular_file(gone)) continue;
      files.push_back({name, static_cast<std::int64_t>(entry.file_size(gone))});
    }
    if (failure) return not_there();
    std::sort(files.begin(), files.end(),
              [](const StoredFile& a, const StoredFile& b) { return a.name < b.name; });
    return files;
  }

  Result<void> get(const std::string& name, const std::filesystem::path& folder,
                   const Effort& effort) override {
    return copy_to_folder(
        {.file = folder_ / name, .folder = folder, .is_cancelled = effort.is_cancelled});
  }

 private:
  Error not_there() const {
    return {.code = Code::not_found,
            .message = folder_.string() + " is no folder that can be read.",
            .kind = "target_missing",
            .hint = "mount the disk"};
  }

  const std::filesystem::path folder_;
};

class CommandStore final : public TargetStore {
 public:
  CommandStore(std::string command, std::vector<std::string> environment)
      : command_(std::move(command)), environment_(std::move(environment)) {}

  Result<void> put(const std::filesystem::path& file, const Effort& effort) override {
    return hand_to_command({.command = command_,
                            .file = file,
                            .environment = environment_,
                            .timeout_ms = effort.timeout_ms,
                            .is_cancelled = effort.is_cancelled});
  }

  Result<std::vector<StoredFile>> list(const std::string&, const Effort&) override {
    return write_only();
  }
  Result<void> get(const std::string&, const std::filesystem::path&, const Effort&) override {
    return write_only();
  }

 private:
  static Error write_only() {
    return {.code = Code::unsupported,
            .message = "A command takes backups away; it cannot bring them back.",
            .kind = "target_write_only",
            .hint = "fetch the files into a folder, then: --from FOLDER"};
  }

  const std::string command_;
  const std::vector<std::string> environment_;
};

}  // namespace

std::unique_ptr<TargetStore> folder_store(std::filesystem::path folder) {
  return std::make_unique<FolderStore>(std::move(folder));
}

std::unique_ptr<TargetStore> command_store(std::string command,
                                           std::vector<std::string> environment) {
  return std::make_unique<CommandStore>(std::move(command), std::move(environment));
}

}  // namespace kontor::backup
