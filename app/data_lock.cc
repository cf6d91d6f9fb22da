#include "data_lock.h"

#include "backup/swap.h"

namespace kontor::app {

Result<store::DataDir> lock_data_dir(const std::filesystem::path& path) {
  const bool interrupted = backup::is_swap_interrupted(path);
  store::DataDir held =
      TRY(interrupted ? store::DataDir::create(path) : store::DataDir::open(path));
  TRY(backup::finish_swap(path));
  return held;
}

}  // namespace kontor::app
