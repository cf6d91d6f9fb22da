#include "control/control_address.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace kontor::app {
namespace {

constexpr int k_waiting = 16;  // connections that the kernel keeps until they are taken

// sun_path holds 107 bytes. A longer path is reached through a descriptor of its directory, whose
// name under /proc is short. `folder` keeps that name valid.
struct ShortAddress {
  UniqueFd folder;
  sockaddr_un address{};
};

ShortAddress short_address(const std::filesystem::path& data_dir) {
  ShortAddress made;
  made.address.sun_family = AF_UNIX;
  std::string path = (data_dir / k_control_socket).string();
  if (path.size() >= sizeof made.address.sun_path) {
    made.folder.reset(::open(data_dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    path = "/proc/self/fd/" + std::to_string(made.folder.get()) + "/" + k_control_socket;
  }
  std::memcpy(made.address.sun_path, path.data(), path.size());
  return made;
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

Error cannot_listen(const std::filesystem::path& data_dir) {
  const int error = errno;
  return {.code = error == ENOSPC ? Code::disk_full : Code::forbidden,
          .message = "The control socket " + (data_dir / k_control_socket).string() +
                     " cannot be made: " + std::strerror(error) + ".",
          .kind = "no_control_socket",
          .hint = "ls -ld " + data_dir.string()};
}

UniqueFd stream_socket() { return UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

}  // namespace

Result<UniqueFd> listen_for_control(const std::filesystem::path& data_dir) {
  const ShortAddress place = short_address(data_dir);
  UniqueFd socket = stream_socket();
  if (!socket) return cannot_listen(data_dir);
  ::unlink(place.address.sun_path);
  if (::bind(socket.get(), generic(place.address), sizeof place.address) != 0 ||
      ::chmod(place.address.sun_path, 0600) != 0 || ::listen(socket.get(), k_waiting) != 0) {
    return cannot_listen(data_dir);
  }
  return socket;
}

UniqueFd connect_to_control(const std::filesystem::path& data_dir) {
  const ShortAddress place = short_address(data_dir);
  UniqueFd socket = stream_socket();
  if (socket && ::connect(socket.get(), generic(place.address), sizeof place.address) != 0) {
    socket.reset();
  }
  return socket;
}

}  // namespace kontor::app
