// Request and Response: what handlers see. No type of any HTTP library.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontor::http {

// A connection that became a stream of server-sent events. Thread-safe. Holding it keeps nothing
// open: when the client leaves, send() starts to return false.
class EventSink {
 public:
  virtual ~EventSink() = default;
  // Queues bytes (whole events). Never blocks. false: the client is gone, or was too slow and has
  // been dropped; forget the sink.
  virtual bool send(std::string_view bytes) = 0;
  // Ends the stream when what was sent has gone out. Never blocks.
  virtual void end() = 0;
};

// Makes a body while it is sent: whoever cannot keep it in memory gives one instead of a body. Used
// by one thread at a time, but not always by the same one.
class BodySource {
 public:
  enum class State { more, end, failed };

  // May run on the reactor's thread: must not wait.
  virtual ~BodySource() = default;
  // Appends the next piece, about 64 KiB; asked for when the one before has left. May take a while,
  // but not for ever. `failed`: the connection is cut, so that the client sees that the body is not
  // complete; so does whatever it throws.
  virtual State pull(std::string& out) = 0;
};

struct Response;

// An answer that waits for something, such as a disk: no thread waits with it.
class LateAnswer {
 public:
  virtual ~LateAnswer() = default;
  // Called once, on a worker, when everything is prepared for `ready`, which must be called once:
  // by any thread, also from within. It only queues. Throws only if nobody will call it.
  virtual void start(std::function<void()> ready) = 0;
  // Called once after that, on a worker.
  virtual Response take() = 0;
};

using Params = std::vector<std::pair<std::string, std::string>>;

// Views point into the connection's buffer and are valid during the handler only.
struct Request {
  std::string_view method;
  std::string path;         // percent-decoded once, checked by the gate
  std::string_view target;  // as sent, for the log
  Params query;             // decoded, in order
  std::vector<std::pair<std::string_view, std::string_view>> headers;  // names as sent
  std::string_view body;                                               // complete
  std::string remote_ip;         // the client's, as far as trusted proxies tell it
  std::string peer_ip;           // who opened the connection: the proxy, if there is one
  bool secure = false;           // the client speaks TLS
  std::int64_t received_us = 0;  // when it was complete, by steady_us()
  std::int64_t queued_us = 0;    // how long it then waited for a worker
  std::string id;                // X-Request-Id: the client's if well-formed, else ours
  Params path_params;            // set by the router: {"id", "…"}

  // First header of that name, case-insensitive; empty view if there is none.
  std::string_view header(std::string_view name) const;
  // Path parameter by name; empty if the route has none.
  std::string_view param(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;  // names and values are checked on send
  std::string content_type;                                  // empty: no body type header
  std::string body;
  // Static bytes instead of `body`, kept by the owner for the life of the process.
  std::string_view static_body = {};
  // Instead of a body of known length. Shared only so that a Response can be copied.
  std::shared_ptr<BodySource> source = {};
  // Set: after the head the connection becomes an event stream, and this is called once with it.
  std::function<void(std::shared_ptr<EventSink>)> on_stream = {};
  // Set: the answer comes from there, and of this one only `route` counts.
  std::shared_ptr<LateAnswer> late = {};
  // Which of the handler's routes this is, for figures (Exchange::route); -1: none.
  int route = -1;

  Response& with(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
};

using Handler = std::function<Response(const Request&)>;

}  // namespace kontor::http
