#include "settings_check.h"

#include "backup_sealing.h"
#include "http/tls.h"
#include "session.h"
#include "target_stores.h"

namespace kontor::app {
namespace {

Result<void> check_tls(const http::TlsFiles& files) {
  if (files.certificate.empty() && files.key.empty()) return {};
  if (files.certificate.empty() || files.key.empty()) {
    return Error{.code = Code::usage,
                 .message = "tls_cert and tls_key go together; only one of them is set.",
                 .hint = "kontor config show --origin"};
  }
  TRY(http::TlsCertificates::open(files));
  return {};
}

}  // namespace

Result<void> check_settings(const Config& config) {
  TRY(check_tls({config.text("tls_cert"), config.text("tls_key")}));
  TRY(check_target_settings(config));
  TRY(backup_keys_of(config));
  return check_backup_sealing(config, data_path(config));
}

}  // namespace kontor::app
