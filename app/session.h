// What a verb gets to work with: the flags that all verbs share, the settings, and the seams.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/config.h"
#include "base/random.h"
#include "base/result.h"
#include "output.h"

namespace kontor::app {

struct GlobalFlags {
  std::string config;
  std::string data;
  bool json = false;
  bool quiet = false;
  bool verbose = false;
};

// What the command line says of settings, by their name.
using SettingFlags = std::map<std::string, std::vector<std::string>, std::less<>>;

struct Session {
  const GlobalFlags& flags;
  const Environment& environment;
  const Clock& clock;
  Random& random;
  Output& output;

  // All settings, from flags, environment and file.
  Result<Config> settings(SettingFlags chosen = {}) const;
};

// Absolute, so that messages say where it is and nothing depends on the working directory.
std::filesystem::path data_path(const Config& config);

}  // namespace kontor::app
