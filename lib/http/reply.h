// A response on its way out.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"

namespace kontor::http {

// Bytes to write, in order: head, body, static body.
struct Outgoing {
  std::string head;
  std::string body;
  std::string_view static_body = {};
  std::size_t sent = 0;
  bool close_after = false;

  std::size_t size() const { return head.size() + body.size() + static_body.size(); }
  bool empty() const { return sent == size(); }
  // The next run of contiguous bytes.
  std::string_view front() const;
};

// A rendered response, and what the log and the connection need of it.
struct Reply {
  Outgoing out;
  int status = 0;
  int route = -1;
  std::string client_ip;  // empty: the connection's
  std::string request_id;
  std::shared_ptr<BodySource> source;
  bool chunked = false;  // how the pieces of `source` go out
  std::string refusal;   // why it was refused; empty if a handler answered
  std::function<void(std::shared_ptr<EventSink>)> on_stream = {};
};

}  // namespace kontor::http
