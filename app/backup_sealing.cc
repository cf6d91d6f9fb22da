#include "backup_sealing.h"

#include <algorithm>
#include <vector>

#include "backup/catalogue.h"
#include "backup/durable_file.h"
#include "backup_making.h"
#include "base/small_file.h"

namespace kontor::app {
namespace {

constexpr std::size_t k_key_file_bytes = 64 * 1024;
constexpr const char* k_hint = "kontor config show --origin";

Result<void> add_keys(backup::Keyring& keys, std::string_view text, const std::string& place) {
  for (const SecretSealKey& key : TRY(parse_key_file(text, place))) keys.add(key);
  return {};
}

Result<void> add_key_file(backup::Keyring& keys, const std::string& file) {
  auto text = read_small_file(file, k_key_file_bytes);
  if (!text.ok()) {
    text.error().code = Code::usage;
    return text.error();
  }
  return add_keys(keys, *text, file);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) lines.push_back(std::move(line));
    at = end + 1;
  }
  return lines;
}

Error too_short(const Config& config) {
  return {.code = Code::usage,
          .message = "backup_passphrase (" + config.origin("backup_passphrase") +
                     ") is too short: whoever has a backup can try as many as the machines allow. "
                     "It must have at least " +
                     std::to_string(backup::k_least_passphrase_bytes) + " bytes.",
          .kind = "weak_passphrase",
          .hint = "five words drawn by chance are easy to keep and hard to guess"};
}

// Not secret; one for all backups of a data directory, so that a list of them takes argon2id's work
// once.
Result<std::string> salt_of(const std::filesystem::path& data) {
  const std::filesystem::path backups = backups_of(data);
  std::error_code failure;
  if (!std::filesystem::exists(data / "kontor.db", failure)) return backup::make_salt();
  TRY(backup::make_folders(backups));
  const backup::FileLock lock = TRY(backup::FileLock::take(backups / ".lock"));
  const std::filesystem::path file = backups / ".salt";
  auto salt = read_small_file(file.string(), backup::k_salt_bytes);
  if (salt.ok() && salt->size() == backup::k_salt_bytes) return *std::move(salt);
  std::string fresh = backup::make_salt();
  TRY(backup::write_atomically(file, fresh));
  return fresh;
}

Result<backup::Recipients> recipients_of(const Config& config, const backup::Keyring& keys,
                                         const std::filesystem::path& data) {
  backup::Recipients recipients;
  recipients.keys.reserve(config.list("backup_recipients").size());
  for (const std::string& text : config.list("backup_recipients")) {
    recipients.keys.push_back(*PublicSealKey::parse(text));  // checked as a setting
  }
  if (lines_of(config.text("backup_passphrase")).empty()) return recipients;
  const std::string salt = TRY(salt_of(data));
  recipients.passphrase = TRY(keys.first_passphrase(salt));
  return recipients;
}

Result<void> check_off(const Config& config) {
  for (const char* name : {"backup_recipients", "backup_passphrase"}) {
    const bool given = name == std::string_view("backup_recipients") ? !config.list(name).empty()
                                                                     : !config.text(name).empty();
    if (!given) continue;
    return Error{.code = Code::usage,
                 .message = "backup_sealing is off, but " + std::string(name) + " (" +
                            config.origin(name) + ") says for whom backups are to be sealed.",
                 .kind = "bad_settings",
                 .hint = k_hint};
  }
  return {};
}

Error nobody(const std::string& why) {
  return {.code = Code::wrong_key,
          .message = why + ", but there is neither a recipient nor a passphrase to seal them for.",
          .kind = "backups_not_sealed",
          .hint =
              "give backup_recipients, or KONTOR_BACKUP_PASSPHRASE_FILE, or the systemd "
              "credential kontor_backup_passphrase"};
}

Result<void> check_needed(const Config& config, const std::filesystem::path& data) {
  if (config.text("backup_sealing") == "required") {
    return nobody("Backups have to be sealed (backup_sealing, " + config.origin("backup_sealing") +
                  ")");
  }
  if (!backup::is_newest_sealed(backups_of(data))) return {};
  Error error = nobody("The newest backup in " + backups_of(data).string() + " is sealed");
  error.hint += "; to make plain ones from now on: backup_sealing = \"off\"";
  return error;
}

}  // namespace

Result<backup::Keyring> backup_keys_of(const Config& config, const std::string& key_file) {
  backup::Keyring keys;
  TRY(add_keys(keys, config.text("backup_key"),
               "backup_key (" + config.origin("backup_key") + ")"));
  if (!key_file.empty()) TRY(add_key_file(keys, key_file));
  for (std::string& line : lines_of(config.text("backup_passphrase"))) {
    if (line.size() < backup::k_least_passphrase_bytes) return too_short(config);
    keys.add_passphrase(std::move(line));
  }
  return keys;
}

Result<void> check_backup_sealing(const Config& config, const std::filesystem::path& data) {
  if (config.text("backup_sealing") == "off") return check_off(config);
  const bool for_nobody = config.list("backup_recipients").empty() &&
                          lines_of(config.text("backup_passphrase")).empty();
  if (for_nobody) return check_needed(config, data);
  return {};
}

Result<BackupSealing> backup_sealing_of(const Config& config, const std::filesystem::path& data,
                                        const std::string& key_file) {
  BackupSealing sealing;
  sealing.keys = TRY(backup_keys_of(config, key_file));
  TRY(check_backup_sealing(config, data));
  sealing.recipients = TRY(recipients_of(config, sealing.keys, data));
  return sealing;
}

}  // namespace kontor::app
