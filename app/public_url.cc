#include "public_url.h"

#include <vector>

namespace kontor::app {

std::string public_url(const Config& config, std::span<const std::string> urls) {
  const auto& hosts = config.list("allowed_hosts");
  if (!hosts.empty()) return "https://" + hosts.front();
  for (const std::string& url : urls)
    if (url.starts_with("http")) return url;
  return {};
}

std::string public_url(const Config& config, const store::DataDir& data_dir) {
  const auto holder = store::read_holder(data_dir.path());
  if (holder && !holder->addresses.empty()) return public_url(config, holder->addresses);
  std::vector<std::string> urls;
  for (const std::string& address : config.list("listen")) {
    if (address.starts_with("unix:")) continue;
    urls.push_back((config.text("tls_cert").empty() ? "http://" : "https://") + address);
  }
  return public_url(config, urls);
}

}  // namespace kontor::app
