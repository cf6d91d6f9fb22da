#include "target_stores.h"

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "s3_store.h"

namespace kontor::app {
namespace {

// A command of the operator's gets the environment of the server but for what is the server's own:
// its settings may be secrets.
std::vector<std::string> environment_for_commands(const Environment& environment) {
  std::vector<std::string> texts;
  for (const auto& [name, value] : environment) {
    const bool is_ours = name.starts_with("KONTOR_") || name == "CREDENTIALS_DIRECTORY" ||
                         name == "NOTIFY_SOCKET" || name.starts_with("LISTEN_") ||
                         name.starts_with("WATCHDOG_");
    if (!is_ours) texts.push_back(std::string(name).append("=").append(value));
  }
  return texts;
}

Error wrong(const std::string& what, std::string hint) {
  return {.code = Code::usage, .message = what, .kind = "bad_settings", .hint = std::move(hint)};
}

Result<notify::Endpoint> endpoint_of(const Config& config) {
  const std::string& region = config.text("s3_region");
  const bool is_plain =
      !region.empty() &&
      region.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  if (!is_plain) {
    return wrong("s3_region (" + config.origin("s3_region") + ") is no name of a region.",
                 "s3_region = \"eu-central-1\"");
  }
  const std::string& text = config.text("s3_endpoint");
  const auto endpoint =
      notify::Endpoint::parse(text.empty() ? "https://s3." + region + ".amazonaws.com" : text);
  if (endpoint) return *endpoint;
  return wrong("s3_endpoint (" + config.origin("s3_endpoint") +
                   ") must be https:// or http:// with a host, and a port if need be.",
               "s3_endpoint = \"https://minio.example.com:9000\"");
}

Result<S3Settings> s3_settings_of(const BackupTarget& target, const Config& config) {
  S3Settings settings{
      .place = {.endpoint = TRY(endpoint_of(config)),
                .region = config.text("s3_region"),
                .bucket = target.bucket(),
                .is_path_style = config.boolean("s3_path_style")},
      .keys = {.id = config.text("s3_access_key"), .secret = config.text("s3_secret_key")},
      .trust = {.ca_file = config.text("s3_ca_file")},
      .prefix = target.prefix()};
  if (!settings.place.is_path_style) {
    settings.place.endpoint.host = target.bucket() + "." + settings.place.endpoint.host;
  }
  if (!settings.keys.id.empty() && !settings.keys.secret.empty()) return settings;
  return wrong(target.shown() + " needs s3_access_key and s3_secret_key.",
               "s3_access_key in kontor.toml, and the secret in a file that "
               "KONTOR_S3_SECRET_KEY_FILE names, or the systemd credential kontor_s3_secret_key");
}

// For tests, which have no 64 MiB to send.
std::int64_t part_bytes(const Environment& environment, std::int64_t usual) {
  const auto found = environment.find("KONTOR_TEST_S3_PART_BYTES");
  if (found == environment.end()) return usual;
  std::int64_t bytes = 0;
  const char* end = found->second.data() + found->second.size();
  const auto [stop, failure] = std::from_chars(found->second.data(), end, bytes);
  return failure == std::errc() && stop == end && bytes > 0 ? bytes : usual;
}

}  // namespace

Result<std::shared_ptr<backup::TargetStore>> store_of(const BackupTarget& target,
                                                      const Config& config,
                                                      const Environment& environment,
                                                      const Clock& clock) {
  using Store = std::shared_ptr<backup::TargetStore>;
  switch (target.kind) {
    case BackupTarget::Kind::folder: return Store(backup::folder_store(target.place));
    case BackupTarget::Kind::command:
      return Store(backup::command_store(target.place, environment_for_commands(environment)));
    case BackupTarget::Kind::bucket: break;
  }
  S3Settings settings = TRY(s3_settings_of(target, config));
  settings.place.part_bytes = part_bytes(environment, settings.place.part_bytes);
  return Store(s3_store(std::move(settings), clock));
}

Result<void> check_target_settings(const Config& config) {
  for (const std::string& text : config.list("backup_targets")) {
    const auto target = BackupTarget::parse(text);
    if (target && target->kind == BackupTarget::Kind::bucket) TRY(s3_settings_of(*target, config));
  }
  return {};
}

}  // namespace kontor::app
