// One client connection: its socket, its buffers, and where it stands. Plain data with the reads
// and writes on it; what happens when is the reactor's business.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "http/event_stream.h"
#include "http/gate.h"
#include "http/head_scanner.h"
#include "http/io.h"
#include "http/produced_body.h"
#include "http/reply.h"
#include "http/responder.h"
#include "http/tls.h"

namespace kontor::http {

// Owned by the reactor. Between WorkerPool::push() and Inbox::put_back() one worker uses it alone,
// except for the fields marked "reactor only".
struct Connection {
  enum class State : std::uint8_t {
    head,       // waiting for a request, or in the middle of its head
    body,       // head passed the gate, body incomplete
    busy,       // a worker has it, or a producer makes the next piece of its body
    writing,    // the answer did not fit into the socket at once
    stream,     // server-sent events
    lingering,  // answered and half-closed; reads until the client has seen it
    closed,
  };
  // A request between its head and its answer.
  struct Pending {
    Head head;  // views into `in`
  };

  // Appends at most `max` bytes to `in`.
  IoResult read_some(char* scratch, std::size_t max);
  // Writes what is left of `out`: done (all of it), again, or failed.
  IoState flush();
  void drop_output();  // and its memory
  // Everything of `in` that no answered request has used.
  std::string_view unread() const { return std::string_view(in).substr(used); }
  void consume(std::size_t bytes);  // gives the buffer back once all is used
  // Makes room so that views into `in` stay valid until `bytes` are unread.
  void reserve_unread(std::size_t bytes);

  UniqueFd fd;
  std::unique_ptr<TlsSession> tls;
  std::string remote_ip;
  std::string in;
  std::size_t used = 0;
  std::unique_ptr<Pending> pending;
  Outgoing out;
  std::shared_ptr<EventStream> stream;
  std::unique_ptr<ProducedBody> body;  // until its last byte has left
  std::unique_ptr<Answered> waiting;   // for an answer that is late
  bool write_failed = false;
  std::string agreed_fields;     // of an earlier head (httplib_adapter.h)
  std::int64_t started_us = 0;   // the first byte of this head was seen; 0: none yet
  std::int64_t received_us = 0;  // the request was complete

  // There may be something to read for the reactor, which asks the worker to be quick (inbox.h).
  std::atomic<bool> wanted_back = false;

  // Reactor only.
  State state = State::head;
  bool has_more = false;  // the last read took all it was allowed to
  bool readable = false;  // not emptied since the socket last reported something
  bool ends = false;      // the socket has reported an end or an error, to be found by reading
  bool saw_end = false;   // the client has finished sending
  HeadScanner scanner;
  std::int64_t deadline_ms = 0;
  std::int64_t phase_ms = 0;  // when this head, body or write began
  std::string client_key;     // counted under this; empty: not counted
  std::size_t index = 0;      // in the reactor's list
};

}  // namespace kontor::http
