// The HTTP front: a reactor that owns every connection, and a few workers that only ever see
// complete, checked requests. An idle connection costs no thread. See lib/http/README.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/result.h"
#include "http/message.h"

namespace kontor::http {

struct TlsFiles {
  std::string certificate;  // PEM chain
  std::string key;          // PEM
};

struct ServerOptions {
  // "127.0.0.1:8080", "[::1]:8080", "unix:/run/kontor.sock", "fd:3" (an inherited listener: it is
  // never shut down, so that its other holders keep it). Port 0: the kernel chooses.
  std::vector<std::string> listen = {"127.0.0.1:8080"};
  TlsFiles tls = {};  // empty: plain HTTP
  std::vector<std::string> allowed_hosts =
      {};  // without port; empty: loopback names and listen addresses
  std::vector<std::string> trusted_proxies = {};  // see forwarded.h
  int workers = limits::workers;
  std::size_t queue = limits::request_queue;
  std::size_t connections = limits::connections;
  // Per remote address; loopback and unix sockets count only if `limit_loopback` says so, because
  // that is where a reverse proxy comes from.
  std::size_t connections_per_address = limits::connections_per_address;
  bool limit_loopback = false;
  // Exact paths that a worker of their own answers, so that health checks do not wait behind slow
  // requests. Their handlers must not block.
  std::vector<std::string> urgent_paths = {};
  std::size_t body_bytes = limits::body_bytes;
  std::int64_t head_ms = limits::head_ms;
  std::int64_t idle_ms = limits::idle_ms;
  std::int64_t write_ms = limits::write_ms;
  // The longest that a body of a BodySource may take; then it is cut.
  std::int64_t produced_ms = limits::produced_ms;
};

// One finished request, for the access log and the metrics. Also written for requests that the
// gate or the reactor itself refused (`route` -1). A body of a BodySource is reported at its end.
struct Exchange {
  std::string_view method, target, remote_ip, request_id, refusal;  // refusal: why the gate said no
  int status = 0;
  int route = -1;    // Response::route
  bool cut = false;  // the body did not go out in full
  std::size_t bytes_in = 0, bytes_out = 0;
  std::int64_t duration_us = 0;
};

struct ServerStats {
  std::size_t connections = 0, streams = 0, queued = 0, busy_workers = 0;
  std::uint64_t accepted = 0, served = 0, refused = 0;
};

class Server {
 public:
  // `handler` runs on workers, for every request that passed the gate; it must be thread-safe.
  // `problem` renders a refusal of the gate or the reactor (400, 408, 413, 431, 503, …) as a body.
  using Problem = std::function<Response(int status, std::string_view code, std::string_view detail,
                                         std::string_view request_id)>;
  using OnExchange = std::function<void(const Exchange&)>;

  static Result<std::unique_ptr<Server>> open(ServerOptions options, Handler handler,
                                              Problem problem, OnExchange on_exchange,
                                              const Clock& clock, Random& random);
  virtual ~Server() = default;

  // Addresses really bound, e.g. "127.0.0.1:41234" for port 0.
  virtual std::vector<std::string> addresses() const = 0;
  // Starts the threads; returns at once.
  virtual void start() = 0;
  // Stops accepting, answers every accepted request with `Connection: close`, ends event streams,
  // and returns when all is sent or after `limit`. Then the threads are gone. Idempotent.
  virtual void drain(std::chrono::milliseconds limit) = 0;
  virtual Result<void> reload_tls() = 0;
  virtual ServerStats stats() const = 0;
};

}  // namespace kontor::http
