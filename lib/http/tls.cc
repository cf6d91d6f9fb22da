#include "http/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <climits>

namespace kontor::http {
namespace {

constexpr unsigned char k_protocol[] = "\x08http/1.1";

int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size, k_protocol, sizeof k_protocol - 1,
                                          offered, offered_size);
  if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

Error tls_error(std::string what, std::string hint) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  if (reason) what += std::string(" (") + reason + ")";
  ERR_clear_error();
  return {.code = Code::usage,
          .message = std::move(what),
          .kind = "bad_certificate",
          .hint = std::move(hint)};
}

void set_options(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Idle sessions give their 34 KB of record buffers back; partial writes suit a non-blocking
  // socket.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Forward-secret ciphers with authenticated encryption only.
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
  // Resumption by tickets needs no memory per client on this side.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context, select_protocol, nullptr);
}

Result<std::shared_ptr<SSL_CTX>> load(const TlsFiles& files) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return tls_error("OpenSSL cannot start", "");
  ERR_clear_error();
  set_options(context.get());
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1) {
    return tls_error("cannot use the certificate " + files.certificate,
                     "give a PEM file with the certificate first, then its chain");
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return tls_error(
        "cannot use the private key " + files.key + " with the certificate " + files.certificate,
        "give the unencrypted PEM key that the certificate was made for");
  }
  return context;
}

}  // namespace

TlsSession::TlsSession(ssl_st* ssl) : ssl_(ssl) {}
TlsSession::~TlsSession() { SSL_free(ssl_); }

IoResult TlsSession::result_of(int returned) {
  if (returned > 0) return {IoState::done, static_cast<std::size_t>(returned)};
  const int error = SSL_get_error(ssl_, returned);
  ERR_clear_error();
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return {IoState::again};
  return {error == SSL_ERROR_ZERO_RETURN ? IoState::closed : IoState::failed};
}

IoResult TlsSession::read(char* buffer, std::size_t size) {
  ERR_clear_error();
  return result_of(SSL_read(ssl_, buffer, static_cast<int>(std::min<std::size_t>(size, INT_MAX))));
}

IoResult TlsSession::write(std::string_view bytes) {
  ERR_clear_error();
  const auto size = static_cast<int>(std::min<std::size_t>(bytes.size(), INT_MAX));
  return result_of(SSL_write(ssl_, bytes.data(), size));
}

void TlsSession::say_goodbye() {
  if (SSL_is_init_finished(ssl_) == 1) SSL_shutdown(ssl_);
  ERR_clear_error();
}

Result<std::unique_ptr<TlsCertificates>> TlsCertificates::open(TlsFiles files) {
  std::unique_ptr<TlsCertificates> certificates(new TlsCertificates(std::move(files)));
  TRY(certificates->reload());
  return certificates;
}

Result<void> TlsCertificates::reload() {
  auto context = TRY(load(files_));
  const std::lock_guard lock(mutex_);
  context_ = std::move(context);
  return {};
}

std::unique_ptr<TlsSession> TlsCertificates::start_session(int fd) const {
  const auto context = [&] {
    const std::lock_guard lock(mutex_);
    return context_;
  }();
  SSL* ssl = SSL_new(context.get());
  if (!ssl) return nullptr;
  SSL_set_fd(ssl, fd);
  SSL_set_accept_state(ssl);
  return std::make_unique<TlsSession>(ssl);
}

}  // namespace kontor::http
