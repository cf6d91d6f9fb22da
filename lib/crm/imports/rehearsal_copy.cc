#include "crm/imports/rehearsal_copy.h"

#include <cstdlib>
#include <string>
#include <system_error>

namespace kontor::crm {
namespace {

constexpr const char* k_prefix = "import-dry-run-";

}  // namespace

Result<std::unique_ptr<RehearsalCopy>> RehearsalCopy::make(store::Store& original,
                                                           const std::filesystem::path& parent) {
  std::error_code failure;
  const std::filesystem::path base =
      parent.empty() ? std::filesystem::temp_directory_path(failure) : parent;
  std::string name = (base / (std::string(k_prefix) + "XXXXXX")).string();
  if (failure || ::mkdtemp(name.data()) == nullptr)
    return Error{.code = Code::io_error,
                 .message = "No folder for the dry run could be made in " + base.string() + "."};
  std::unique_ptr<RehearsalCopy> copy(new RehearsalCopy(name));
  const std::filesystem::path database = copy->folder_ / "kontor.db";
  TRY(original.snapshot(database));
  // Nothing of it is to outlast the run, so nothing waits for the disk and none is kept in reserve.
  copy->store_ = TRY(store::Store::open(
      {.database = database, .ballast_bytes = 0, .synchronous = "OFF"}, copy->clock_));
  return copy;
}

RehearsalCopy::~RehearsalCopy() {
  if (store_ != nullptr) store_->close();
  store_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void remove_left_copies(const std::filesystem::path& parent) {
  std::error_code ignored;
  for (std::filesystem::directory_iterator entry(parent, ignored), end; entry != end;) {
    const std::filesystem::path path = entry->path();
    entry.increment(ignored);
    if (ignored) return;
    if (path.filename().string().starts_with(k_prefix)) std::filesystem::remove_all(path, ignored);
  }
}

}  // namespace kontor::crm
