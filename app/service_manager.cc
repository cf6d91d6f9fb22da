#include "service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstring>

namespace kontor::app {
namespace {

constexpr int k_first_inherited = 3;  // sd_listen_fds(3)

std::string_view value_of(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string_view() : std::string_view(found->second);
}

int number_of(const Environment& environment, std::string_view name) {
  const std::string_view text = value_of(environment, name);
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::vector<std::string> inherited_sockets(const Environment& environment) {
  std::vector<std::string> sockets;
  if (number_of(environment, "LISTEN_PID") != ::getpid()) return sockets;
  for (int i = 0; i < number_of(environment, "LISTEN_FDS"); ++i) {
    sockets.push_back("fd:" + std::to_string(k_first_inherited + i));
  }
  return sockets;
}

void notify_service_manager(const Environment& environment, std::string_view state) {
  const std::string_view path = value_of(environment, "NOTIFY_SOCKET");
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (path.front() == '@') address.sun_path[0] = '\0';  // Linux's abstract names
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  ::sendto(fd, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&address),
           size);
  ::close(fd);
}

}  // namespace kontor::app
