#include "build_info.h"

#include <algorithm>

#include <revision.h>

namespace kontor::app {
namespace {

constexpr BuildInfo k_build{.version = KONTOR_VERSION,
                            .revision = KONTOR_REVISION,
                            .build_type = KONTOR_BUILD_TYPE,
                            .compiler = __VERSION__,
                            .sanitizers = KONTOR_SANITIZERS,
                            .is_static = KONTOR_IS_STATIC != 0};

}  // namespace

const BuildInfo& build_info() { return k_build; }

std::vector<std::pair<std::string_view, std::string_view>> library_versions() {
  std::vector<std::pair<std::string_view, std::string_view>> versions;
  for (std::string_view rest = KONTOR_LIBRARIES; !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    const std::size_t equals = one.find('=');
    versions.emplace_back(one.substr(0, equals), one.substr(equals + 1));
  }
  return versions;
}

}  // namespace kontor::app
