// TLS by OpenSSL: certificates that can be swapped while serving, and one session per connection.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string_view>

#include "base/result.h"
#include "http/io.h"
#include "http/server.h"

struct ssl_st;
struct ssl_ctx_st;

namespace kontor::http {

// Not thread-safe: used by whoever owns the connection at the time.
class TlsSession {
 public:
  explicit TlsSession(ssl_st* ssl);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // Non-blocking; the handshake happens inside the first calls.
  IoResult read(char* buffer, std::size_t size);
  IoResult write(std::string_view bytes);
  // Tells the client that nothing follows, so that it can tell the end from a cut.
  void say_goodbye();

 private:
  IoResult result_of(int returned);
  ssl_st* ssl_;
};

// Holds the context that new connections use. Thread-safe.
class TlsCertificates {
 public:
  // The error names the file, and what is wrong with it.
  static Result<std::unique_ptr<TlsCertificates>> open(TlsFiles files);
  // Reads the files again. On failure the old certificates stay in use. Connections keep what they
  // started with.
  Result<void> reload();
  // A server-side session over a non-blocking socket; nullptr if OpenSSL has no memory.
  std::unique_ptr<TlsSession> start_session(int fd) const;

 private:
  explicit TlsCertificates(TlsFiles files) : files_(std::move(files)) {}
  TlsFiles files_;
  mutable std::mutex mutex_;
  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace kontor::http
