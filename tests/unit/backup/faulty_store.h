// A folder that copies go to, which counts, and fails when it is told to.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backup/target_store.h"

namespace kontor::test {

class FaultyStore final : public backup::TargetStore {
 public:
  explicit FaultyStore(std::filesystem::path folder)
      : inner_(backup::folder_store(std::move(folder))) {}

  Result<void> put(const std::filesystem::path& file, const backup::Effort& effort) override {
    if (is_down) return Error{.code = Code::unavailable, .message = "It is down."};
    names.push_back(file.filename().string());
    return inner_->put(file, effort);
  }
  Result<std::vector<backup::StoredFile>> list(const std::string& beginning,
                                               const backup::Effort& effort) override {
    return inner_->list(beginning, effort);
  }
  Result<void> get(const std::string& name, const std::filesystem::path& folder,
                   const backup::Effort& effort) override {
    ++fetched;
    return inner_->get(name, folder, effort);
  }

  bool is_down = false;
  std::vector<std::string> names;  // that were put
  int fetched = 0;

 private:
  std::unique_ptr<backup::TargetStore> inner_;
};

}  // namespace kontor::test
