#include "data_lock.h"

#include "backup/standby_record.h"
#include "backup/swap.h"

namespace kontor::app {

Result<store::DataDir> lock_data_dir(const std::filesystem::path& path, bool for_standby) {
  const bool interrupted = backup::is_swap_interrupted(path);
  store::DataDir held =
      TRY(interrupted ? store::DataDir::create(path) : store::DataDir::open(path));
  TRY(backup::finish_swap(path));
  if (!for_standby) TRY(backup::refuse_standby(path));
  return held;
}

}  // namespace kontor::app
