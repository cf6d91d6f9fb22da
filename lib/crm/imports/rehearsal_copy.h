// A copy of the database in which a dry run does what the import would do.
#pragma once

#include <filesystem>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "store/store.h"

namespace kontor::crm {

// In a folder of its own, 0700, that is gone with it.
class RehearsalCopy {
 public:
  // The folder is made in `parent`; empty: where the system has temporary files.
  static Result<std::unique_ptr<RehearsalCopy>> make(store::Store& original,
                                                     const std::filesystem::path& parent);
  RehearsalCopy(const RehearsalCopy&) = delete;
  RehearsalCopy& operator=(const RehearsalCopy&) = delete;
  ~RehearsalCopy();

  store::Store& store() { return *store_; }

 private:
  explicit RehearsalCopy(std::filesystem::path folder) : folder_(std::move(folder)) {}

  SystemClock clock_;
  std::filesystem::path folder_;
  std::unique_ptr<store::Store> store_;
};

// Removes the copies that a process left which was killed. Only while no dry run can be at work in
// `parent`.
void remove_left_copies(const std::filesystem::path& parent);

}  // namespace kontor::crm
