#include "session.h"

#include <utility>

namespace kontor::app {

Result<Config> Session::settings(SettingFlags chosen) const {
  if (!flags.data.empty()) chosen["data"] = {flags.data};
  return load_config(
      {.flags = std::move(chosen), .environment = environment, .config_path = flags.config});
}

std::filesystem::path data_path(const Config& config) {
  std::filesystem::path path = config.text("data");
  std::error_code failure;
  const std::filesystem::path whole = std::filesystem::absolute(path, failure).lexically_normal();
  if (failure) return path;
  return whole.has_filename() ? whole : whole.parent_path();
}

}  // namespace kontor::app
