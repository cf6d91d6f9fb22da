#include "notify/connection.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <resolv.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace kontor::notify {
namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

// Of one address, so that one that swallows packets leaves time for the next.
constexpr std::int64_t k_connect_ms = 10'000;
// The resolver cannot be cancelled: two tries of two seconds for each name server.
constexpr int k_resolve_s = 2, k_resolve_tries = 2;

constexpr std::array<const char*, 5> k_system_authorities = {
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem", "/usr/share/ssl/certs/ca-bundle.crt"};

Error unreachable(const std::string& who, const std::string& why) {
  return {.code = Code::unavailable,
          .message = who + " cannot be reached: " + why + ".",
          .kind = "target_unreachable",
          .hint = "look whether the address is right, and whether a firewall is between"};
}

Error untrusted(const std::string& who, const std::string& why) {
  return {.code = Code::unavailable,
          .message = who + " cannot be trusted: " + why + ".",
          .kind = "target_untrusted",
          .hint = "for an authority of your own: s3_ca_file = \"/etc/kontor/ca.pem\""};
}

Result<Addresses> resolve(const Endpoint& endpoint) {
  if (::res_init() == 0) {  // the state is the thread's own
    _res.retrans = k_resolve_s;
    _res.retry = k_resolve_tries;
  }
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int failed =
      ::getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &wanted, &found);
  if (failed != 0) return unreachable(endpoint.shown(), ::gai_strerror(failed));
  return Addresses(found, &freeaddrinfo);
}

int failure_of(int fd) {
  int failure = 0;
  socklen_t size = sizeof failure;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &size) == 0 ? failure : errno;
}

Result<UniqueFd> connect_to(const addrinfo& address, const std::string& who,
                            const Patience& patience) {
  UniqueFd fd(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return unreachable(who, std::strerror(errno));
  if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return unreachable(who, std::strerror(errno));
    const Patience short_one{.clock = patience.clock,
                             .idle_ms = std::min(patience.idle_ms, k_connect_ms),
                             .deadline_ms = patience.deadline_ms,
                             .is_cancelled = patience.is_cancelled};
    TRY(short_one.wait(fd.get(), POLLOUT, who));
    if (const int failure = failure_of(fd.get())) return unreachable(who, std::strerror(failure));
  }
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

// The last failure, if none of them answers.
Result<UniqueFd> connect_to_any(const addrinfo* addresses, const std::string& who,
                                const Patience& patience) {
  Error last = unreachable(who, "it has no address");
  for (const addrinfo* address = addresses; address != nullptr; address = address->ai_next) {
    auto fd = connect_to(*address, who, patience);
    if (fd.ok() || fd.error().kind == "interrupted") return fd;
    last = std::move(fd).error();
  }
  return last;
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

Result<void> load_authorities(SSL_CTX* context, const Trust& trust, const std::string& who) {
  if (!trust.ca_file.empty()) {
    if (SSL_CTX_load_verify_locations(context, trust.ca_file.c_str(), nullptr) == 1) return {};
    return untrusted(who, "s3_ca_file " + trust.ca_file + " is no PEM file of certificates");
  }
  std::error_code ignored;
  for (const char* file : k_system_authorities) {
    if (!std::filesystem::exists(file, ignored)) continue;
    if (SSL_CTX_load_verify_locations(context, file, nullptr) == 1) return {};
  }
  return untrusted(who, "this machine has no list of certificate authorities (ca-certificates)");
}

// Name or address as it must stand in the certificate.
bool expect_name(SSL* tls, const std::string& host) {
  if (is_address(host))
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host.c_str()) == 1;
  SSL_set_hostflags(tls, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  std::string name = host;  // the call asks for bytes that it does not change
  return SSL_set1_host(tls, host.c_str()) == 1 &&
         SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
}

}  // namespace

Connection::Connection(Connection&&) noexcept = default;

Connection::~Connection() {
  if (tls_ && !is_broken_) SSL_shutdown(tls_.get());
  ERR_clear_error();
}

Error Connection::broken() const {
  return {.code = Code::unavailable,
          .message = who_ + " broke the connection off.",
          .kind = "target_unreachable",
          .hint = "look into that service's log"};
}

Result<Connection> Connection::open(const Endpoint& endpoint, const Trust& trust,
                                    const Patience& patience) {
  const Addresses addresses = TRY(resolve(endpoint));
  Connection connection(TRY(connect_to_any(addresses.get(), endpoint.shown(), patience)),
                        endpoint.shown());
  if (endpoint.is_tls) TRY(connection.start_tls(endpoint, trust, patience));
  return connection;
}

Result<void> Connection::start_tls(const Endpoint& endpoint, const Trust& trust,
                                   const Patience& patience) {
  context_ = {SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  if (!context_) return unreachable(who_, "OpenSSL cannot start");
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context_.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  TRY(load_authorities(context_.get(), trust, who_));
  tls_ = {SSL_new(context_.get()), SSL_free};
  if (!tls_ || !expect_name(tls_.get(), endpoint.host) || SSL_set_fd(tls_.get(), fd_.get()) != 1) {
    return unreachable(who_, "OpenSSL cannot start");
  }
  while (true) {
    ERR_clear_error();
    const int returned = SSL_connect(tls_.get());
    if (returned == 1) return {};
    auto waited = wait_for_tls(returned, patience);
    if (waited.ok()) continue;
    const long verdict = SSL_get_verify_result(tls_.get());
    if (verdict != X509_V_OK) return untrusted(who_, X509_verify_cert_error_string(verdict));
    return std::move(waited).error();
  }
}

Result<short> Connection::wait_for_tls(int returned, const Patience& patience) {
  const int wish = SSL_get_error(tls_.get(), returned);
  if (wish == SSL_ERROR_WANT_READ) return patience.wait(fd_.get(), POLLIN, who_);
  if (wish == SSL_ERROR_WANT_WRITE) return patience.wait(fd_.get(), POLLOUT, who_);
  is_broken_ = true;
  return broken();
}

std::ptrdiff_t Connection::try_read(char* bytes, std::size_t size) {
  if (!tls_) {
    const auto got = ::recv(fd_.get(), bytes, size, 0);
    if (got < 0 && errno != EAGAIN && errno != EINTR) is_broken_ = true;
    return got;
  }
  ERR_clear_error();
  std::size_t got = 0;
  const int returned = SSL_read_ex(tls_.get(), bytes, size, &got);
  if (returned == 1) return static_cast<std::ptrdiff_t>(got);
  const int wish = SSL_get_error(tls_.get(), returned);
  if (wish == SSL_ERROR_ZERO_RETURN) return 0;
  is_broken_ = wish != SSL_ERROR_WANT_READ && wish != SSL_ERROR_WANT_WRITE;
  return -1;
}

std::ptrdiff_t Connection::try_write(std::string_view bytes) {
  if (!tls_) {
    const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) is_broken_ = true;
    return sent;
  }
  ERR_clear_error();
  std::size_t sent = 0;
  const int returned = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &sent);
  if (returned == 1) return static_cast<std::ptrdiff_t>(sent);
  const int wish = SSL_get_error(tls_.get(), returned);
  is_broken_ = wish != SSL_ERROR_WANT_READ && wish != SSL_ERROR_WANT_WRITE;
  return -1;
}

// Something that can be read may also be a ticket of TLS, which is nothing.
Result<bool> Connection::has_spoken(short events) {
  if ((events & (POLLIN | POLLHUP | POLLERR)) == 0) return false;
  std::array<char, 1024> bytes{};
  const auto got = try_read(bytes.data(), bytes.size());
  if (got > 0) ahead_.assign(bytes.data(), static_cast<std::size_t>(got));
  if (got > 0) return true;
  if (got == 0 || is_broken_) return broken();
  return false;
}

Result<bool> Connection::write(std::string_view bytes, const Patience& patience) {
  while (!bytes.empty()) {
    const short events = TRY(patience.wait(fd_.get(), POLLOUT | POLLIN, who_));
    if (TRY(has_spoken(events))) return false;
    if ((events & POLLOUT) == 0) continue;
    const auto sent = try_write(bytes);
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    if (is_broken_) return broken();
  }
  return true;
}

Result<std::size_t> Connection::read(char* bytes, std::size_t size, const Patience& patience) {
  if (!ahead_.empty()) {
    const std::size_t count = std::min(size, ahead_.size());
    std::memcpy(bytes, ahead_.data(), count);
    ahead_.erase(0, count);
    return count;
  }
  while (true) {
    const auto got = try_read(bytes, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (is_broken_) return broken();
    TRY(patience.wait(fd_.get(), POLLIN, who_));
  }
}

}  // namespace kontor::notify
