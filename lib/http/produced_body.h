// A body that its source makes piece by piece, framed for the wire.
#pragma once

#include <cstddef>
#include <cstdint>

#include "http/reply.h"

namespace kontor::http {

// Belongs to whoever has its connection.
class ProducedBody {
 public:
  // `reply` has a source; its head of `head_bytes` is on its way already.
  ProducedBody(Reply reply, std::size_t head_bytes)
      : reply_(std::move(reply)), bytes_(head_bytes) {}

  // Replaces what `out` has sent by the next piece. false: the source failed.
  bool next(Outgoing& out);
  bool has_ended() const { return ended_; }  // the last piece has been given out
  void cut() { is_cut_ = true; }
  bool is_cut() const { return is_cut_; }
  std::size_t bytes() const { return bytes_; }  // head and pieces so far, with their framing
  const Reply& reply() const { return reply_; }

  std::int64_t until_ms = 0;  // reactor only: when it must be out; 0: not known yet

 private:
  BodySource::State pull(std::string& piece);

  Reply reply_;
  std::size_t bytes_;
  bool ended_ = false;
  bool is_cut_ = false;
};

}  // namespace kontor::http
