// One end of a connection over the control socket: lines, and descriptors that come with them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"

namespace kontor::app {

// For one thread, but for end_input().
class ControlChannel {
 public:
  // `patience_ms`: how long the other end may let a sender wait; also bounds each receive() unless
  // `waits` says that the answer may take as long as it takes.
  ControlChannel(UniqueFd socket, std::int64_t patience_ms, bool waits);

  // The frame and a line feed; the descriptors go with the first byte. False: the other end went
  // away or does not read.
  bool send(std::string_view frame, std::span<const int> descriptors = {});
  // The next line; nullopt: the other end went away, is too slow, or sent more than `max_bytes`.
  std::optional<std::string> receive(std::size_t max_bytes);
  // Those that came with what was received.
  std::vector<UniqueFd> take_descriptors() { return std::move(descriptors_); }

  // The other end went away, or has ended its input with end_input().
  bool is_gone() const;
  void end_input() const;
  // The user at the other end, by the kernel's word; nullopt: unknown.
  std::optional<unsigned> peer_user() const;

 private:
  bool receive_more();

  UniqueFd socket_;
  std::string received_;
  std::vector<UniqueFd> descriptors_;
  bool is_broken_ = false;  // a frame was sent in part
};

}  // namespace kontor::app
