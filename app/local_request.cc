#include "local_request.h"

#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <functional>
#include <memory>
#include <string_view>

#include "http/socket_address.h"

namespace kontor::app {
namespace {

constexpr std::size_t k_reply_bytes = 1024 * 1024;

Error no_answer(const std::string& url) {
  return {.code = Code::unavailable,
          .message = "Nobody answers on " + url + ".",
          .kind = "no_answer",
          .hint = "kontor serve"};
}

class Socket {
 public:
  explicit Socket(int family) : fd_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

std::optional<http::SocketAddress> address_of(std::string_view url) {
  if (!url.starts_with("unix:")) {
    return http::parse_address(url.substr(url.find("://") + 3));
  }
  url.remove_prefix(5);
  sockaddr_un un{};
  un.sun_family = AF_UNIX;
  if (url.size() >= sizeof un.sun_path) return std::nullopt;
  std::memcpy(un.sun_path, url.data(), url.size());
  http::SocketAddress address;
  std::memcpy(&address.storage, &un, sizeof un);
  address.size = sizeof un;
  return address;
}

bool set_limit(int fd, int limit_ms) {
  const timeval limit{.tv_sec = limit_ms / 1000, .tv_usec = (limit_ms % 1000) * 1000};
  return ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 &&
         ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0;
}

using Read = std::function<int(char*, int)>;
using Write = std::function<int(const char*, int)>;

// The connection ends with the reply, as the request asks for.
std::string converse(const std::string& request, const Write& write, const Read& read) {
  std::string reply;
  if (write(request.data(), static_cast<int>(request.size())) != static_cast<int>(request.size())) {
    return reply;
  }
  std::string piece(16 * 1024, '\0');
  while (reply.size() < k_reply_bytes) {
    const int size = read(piece.data(), static_cast<int>(piece.size()));
    if (size <= 0) break;
    reply.append(piece, 0, static_cast<std::size_t>(size));
  }
  return reply;
}

std::string converse_plain(int fd, const std::string& request) {
  return converse(
      request,
      [fd](const char* data, int size) {
        return static_cast<int>(::send(fd, data, static_cast<std::size_t>(size), MSG_NOSIGNAL));
      },
      [fd](char* data, int size) {
        return static_cast<int>(::recv(fd, data, static_cast<std::size_t>(size), 0));
      });
}

std::string converse_tls(int fd, const std::string& request) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  SSL_CTX_free);
  const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context.get()), SSL_free);
  if (SSL_set_fd(tls.get(), fd) != 1 || SSL_connect(tls.get()) != 1) return {};
  return converse(
      request, [&](const char* data, int size) { return SSL_write(tls.get(), data, size); },
      [&](char* data, int size) { return SSL_read(tls.get(), data, size); });
}

// "HTTP/1.1 200 OK …", a blank line, the body.
std::optional<LocalReply> parse_reply(const std::string& text) {
  constexpr std::size_t k_status_at = 9;
  const std::size_t blank = text.find("\r\n\r\n");
  if (!text.starts_with("HTTP/1.1 ") || blank == std::string::npos) return std::nullopt;
  LocalReply reply{.status = 0, .body = text.substr(blank + 4)};
  std::from_chars(text.data() + k_status_at, text.data() + k_status_at + 3, reply.status);
  return reply;
}

}  // namespace

// The first will do.
std::string host_for(const Config& config, const std::string& url) {
  const auto& hosts = config.list("allowed_hosts");
  if (!hosts.empty()) return hosts.front();
  if (url.starts_with("unix:")) return "localhost";
  return url.substr(url.find("://") + 3);
}

Result<LocalReply> get_local(const std::string& url, const std::string& host,
                             const std::string& path, int limit_ms) {
  const auto address = address_of(url);
  if (!address) return no_answer(url);
  const Socket socket(address->family());
  if (socket.fd() < 0 || !set_limit(socket.fd(), limit_ms) ||
      ::connect(socket.fd(), address->data(), address->size) != 0) {
    return no_answer(url);
  }
  const std::string request =
      "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
  const auto reply = parse_reply(url.starts_with("https:") ? converse_tls(socket.fd(), request)
                                                           : converse_plain(socket.fd(), request));
  if (!reply) return no_answer(url);
  return *reply;
}

}  // namespace kontor::app
