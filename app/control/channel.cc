#include "control/channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/limits.h"

namespace kontor::app {
namespace {

constexpr std::size_t k_piece_bytes = 64 * 1024;

// Room for the control message that carries descriptors, aligned as the kernel wants it.
struct DescriptorSpace {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(limits::control_descriptors * sizeof(int))> bytes{};
};

void set_limit(int fd, int option, std::int64_t limit_ms) {
  const timeval limit{.tv_sec = limit_ms / 1000, .tv_usec = (limit_ms % 1000) * 1000};
  ::setsockopt(fd, SOL_SOCKET, option, &limit, sizeof limit);
}

void attach(msghdr& message, DescriptorSpace& space, std::span<const int> descriptors) {
  if (descriptors.empty()) return;
  message.msg_control = space.bytes.data();
  message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
  cmsghdr* head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(descriptors.size_bytes());
  std::memcpy(CMSG_DATA(head), descriptors.data(), descriptors.size_bytes());
}

void take(msghdr& message, std::vector<UniqueFd>& descriptors) {
  for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr;
       head = CMSG_NXTHDR(&message, head)) {
    if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(head) + i * sizeof(int), sizeof fd);
      descriptors.emplace_back(fd);
    }
  }
}

}  // namespace

ControlChannel::ControlChannel(UniqueFd socket, std::int64_t patience_ms, bool waits)
    : socket_(std::move(socket)) {
  set_limit(socket_.get(), SO_SNDTIMEO, patience_ms);
  if (!waits) set_limit(socket_.get(), SO_RCVTIMEO, patience_ms);
}

bool ControlChannel::send(std::string_view frame, std::span<const int> descriptors) {
  if (is_broken_ || descriptors.size() > limits::control_descriptors) return false;
  std::string text(frame);
  text.push_back('\n');
  DescriptorSpace space;
  for (std::size_t sent = 0; sent < text.size();) {
    iovec piece{text.data() + sent, text.size() - sent};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    if (sent == 0) attach(message, space, descriptors);
    const ssize_t size = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    is_broken_ = size < 0;
    if (is_broken_) return false;
    sent += static_cast<std::size_t>(size);
  }
  return true;
}

bool ControlChannel::receive_more() {
  std::array<char, k_piece_bytes> bytes{};
  DescriptorSpace space;
  iovec piece{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = space.bytes.data();
  message.msg_controllen = space.bytes.size();
  ssize_t size = 0;
  do {
    size = ::recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size < 0) return false;
  take(message, descriptors_);
  if (size == 0 || (message.msg_flags & MSG_CTRUNC) != 0) return false;
  received_.append(bytes.data(), static_cast<std::size_t>(size));
  return descriptors_.size() <= limits::control_descriptors;
}

std::optional<std::string> ControlChannel::receive(std::size_t max_bytes) {
  for (std::size_t searched = 0;;) {
    const std::size_t end = received_.find('\n', searched);
    if (end != std::string::npos) {
      std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      return line;
    }
    searched = received_.size();
    if (searched > max_bytes || !receive_more()) return std::nullopt;
  }
}

bool ControlChannel::is_gone() const {
  pollfd watched{socket_.get(), POLLRDHUP, 0};
  return is_broken_ || ::poll(&watched, 1, 0) > 0;
}

void ControlChannel::end_input() const { ::shutdown(socket_.get(), SHUT_WR); }

std::optional<unsigned> ControlChannel::peer_user() const {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket_.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  return peer.uid;
}

}  // namespace kontor::app
