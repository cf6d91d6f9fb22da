#include "http/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "http/socket_address.h"
#include "http/tokens.h"

namespace kontor::http {
namespace {

// A burst of connections waits here while the reactor is busy; httplib's 5 lost most of 1,000.
constexpr int k_backlog = 4096;

Error listen_error(const std::string& address, int error) {
  Error out{.code = Code::usage, .message = "cannot listen on " + address, .kind = "bad_listen"};
  if (error == EADDRINUSE) {
    out = {.code = Code::conflict,
           .message = "another program is listening on " + address,
           .kind = "address_in_use",
           .hint = "stop that program, or choose another address with --listen"};
  } else if (error == EACCES) {
    out.hint = "ports below 1024 need a privilege; choose one from 1024 up";
  } else if (error == EADDRNOTAVAIL) {
    out.hint = "this machine has no such address; `ip address` lists those it has";
  }
  out.message += std::string(": ") + std::strerror(error);
  return out;
}

Error form_error(const std::string& address) {
  return {.code = Code::usage,
          .message = "cannot listen on " + address + ": not an address",
          .kind = "bad_listen",
          .hint = "use 127.0.0.1:8080, [::1]:8080, unix:/run/kontor.sock or fd:3"};
}

void set_flag(int fd, int level, int name) {
  const int one = 1;
  setsockopt(fd, level, name, &one, sizeof one);
}

std::optional<SocketAddress> unix_address(const std::string& path) {
  sockaddr_un un{};
  un.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof un.sun_path) return std::nullopt;
  std::memcpy(un.sun_path, path.data(), path.size());
  SocketAddress address;
  std::memcpy(&address.storage, &un, sizeof un);
  address.size = sizeof un;
  return address;
}

// The file of a socket stays behind when its server is killed; nobody answers on it then.
bool is_left_behind(const std::string& path, const SocketAddress& address) {
  struct stat file {};
  // The kernel refuses connections to an ordinary file in the same way; that one is not ours.
  if (lstat(path.c_str(), &file) < 0 || !S_ISSOCK(file.st_mode)) return false;
  const UniqueFd probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return connect(probe.get(), address.data(), address.size) < 0 && errno == ECONNREFUSED;
}

}  // namespace

Listener::~Listener() {
  if (fd_ && !unlink_path_.empty()) ::unlink(unlink_path_.c_str());
}

Result<Listener> Listener::open(const std::string& address) {
  if (address.starts_with("unix:")) return open_unix(address.substr(5));
  if (address.starts_with("fd:")) return adopt(address.substr(3));
  return open_tcp(address);
}

Result<Listener> Listener::open_tcp(const std::string& address) {
  const auto parsed = parse_address(address);
  if (!parsed) return form_error(address);
  Listener listener;
  listener.fd_.reset(socket(parsed->family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!listener.fd_) return listen_error(address, errno);
  // Restart at once after a stop. Never SO_REUSEPORT: a second server would take half the requests.
  set_flag(listener.fd(), SOL_SOCKET, SO_REUSEADDR);
  if (parsed->family() == AF_INET6) set_flag(listener.fd(), IPPROTO_IPV6, IPV6_V6ONLY);
  if (bind(listener.fd(), parsed->data(), parsed->size) < 0 ||
      ::listen(listener.fd(), k_backlog) < 0) {
    return listen_error(address, errno);
  }
  listener.describe();
  return listener;
}

Result<Listener> Listener::open_unix(const std::string& path) {
  const auto address = unix_address(path);
  if (!address) return form_error("unix:" + path);
  Listener listener;
  listener.is_unix_ = true;
  listener.address_ = "unix:" + path;
  listener.fd_.reset(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!listener.fd_) return listen_error(listener.address_, errno);
  if (is_left_behind(path, *address)) ::unlink(path.c_str());
  if (bind(listener.fd(), address->data(), address->size) < 0) {
    return listen_error(listener.address_, errno);
  }
  listener.unlink_path_ = path;
  // Nobody can connect before listen(), so there is no moment with looser rights.
  if (chmod(path.c_str(), 0600) < 0 || ::listen(listener.fd(), k_backlog) < 0) {
    return listen_error(listener.address_, errno);
  }
  return listener;
}

Result<Listener> Listener::adopt(const std::string& number) {
  const auto fd = parse_digits(number, 65535);
  int listening = 0;
  socklen_t size = sizeof listening;
  if (!fd || getsockopt(static_cast<int>(*fd), SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) < 0 ||
      listening != 1) {
    return Error{.code = Code::usage,
                 .message = "cannot listen on fd:" + number + ": it is no listening socket",
                 .kind = "bad_listen",
                 .hint = "let the service manager pass the socket, or give an address"};
  }
  Listener listener;
  listener.fd_.reset(static_cast<int>(*fd));
  fcntl(listener.fd(), F_SETFL, fcntl(listener.fd(), F_GETFL) | O_NONBLOCK);
  fcntl(listener.fd(), F_SETFD, FD_CLOEXEC);
  listener.describe();
  return listener;
}

void Listener::describe() {
  SocketAddress bound;
  getsockname(fd(), bound.data(), &bound.size);
  is_unix_ = bound.family() == AF_UNIX;
  if (is_unix_) {
    address_ = "unix:" + std::string(reinterpret_cast<sockaddr_un*>(&bound.storage)->sun_path);
    return;
  }
  address_ = address_text(bound);
  const auto ip = ip_text(bound);
  is_wildcard_ = ip == "0.0.0.0" || ip == "::";
}

std::string Listener::host() const {
  return is_unix_ ? "" : address_.substr(0, address_.rfind(':'));
}

}  // namespace kontor::http
