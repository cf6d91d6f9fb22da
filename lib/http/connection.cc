#include "http/connection.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace kontor::http {
namespace {

IoResult result_of(ssize_t returned) {
  if (returned > 0) return {IoState::done, static_cast<std::size_t>(returned)};
  if (returned == 0) return {IoState::closed};
  return {errno == EAGAIN || errno == EWOULDBLOCK ? IoState::again : IoState::failed};
}

IoResult receive(int fd, char* buffer, std::size_t size) {
  for (;;) {
    const auto result = recv(fd, buffer, size, 0);
    if (result >= 0 || errno != EINTR) return result_of(result);
  }
}

IoResult transmit(int fd, std::string_view bytes, bool more) {
  const int flags = MSG_NOSIGNAL | (more ? MSG_MORE : 0);
  for (;;) {
    const auto result = send(fd, bytes.data(), bytes.size(), flags);
    if (result >= 0 || errno != EINTR) return result_of(result);
  }
}

}  // namespace

std::string_view Outgoing::front() const {
  auto at = sent;
  for (const std::string_view part :
       {std::string_view(head), std::string_view(body), static_body}) {
    if (at < part.size()) return part.substr(at);
    at -= part.size();
  }
  return {};
}

IoResult Connection::read_some(char* scratch, std::size_t max) {
  const auto result = tls ? tls->read(scratch, max) : receive(fd.get(), scratch, max);
  if (result.state == IoState::done) in.append(scratch, result.bytes);
  return result;
}

IoState Connection::flush() {
  while (!out.empty()) {
    const auto bytes = out.front();
    const bool more = out.sent + bytes.size() < out.size();
    const auto result = tls ? tls->write(bytes) : transmit(fd.get(), bytes, more);
    if (result.state == IoState::again) return IoState::again;
    if (result.state != IoState::done) return IoState::failed;
    out.sent += result.bytes;
  }
  return IoState::done;
}

void Connection::drop_output() {
  // Assigning an empty value would keep the strings' memory.
  Outgoing empty;
  std::swap(out, empty);
}

void Connection::consume(std::size_t bytes) {
  used += bytes;
  if (used < in.size()) return;
  // An idle connection keeps no buffer: 10,000 of them would keep 160 MB.
  std::string().swap(in);
  used = 0;
}

void Connection::reserve_unread(std::size_t bytes) {
  in.erase(0, used);
  used = 0;
  in.reserve(bytes);
}

}  // namespace kontor::http
