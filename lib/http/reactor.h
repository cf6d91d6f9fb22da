// The reactor owns every connection. It accepts, reads, frames, times out, refuses and finishes
// writing; only complete requests that passed the gate leave it, to a worker and back. Its turns
// are run by whichever worker has nothing to answer, one at a time (WorkerPool::share).
#pragma once

#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "http/acceptor.h"
#include "http/connection.h"
#include "http/counters.h"
#include "http/inbox.h"
#include "http/responder.h"
#include "http/server.h"
#include "http/worker_pool.h"

namespace kontor::http {

// What the reactor and the workers share. All of it outlives them.
struct Front {
  const ServerOptions& options;
  const HostRules& hosts;
  const Responder& responder;
  const Server::OnExchange& on_exchange;
  const Clock& clock;
  const TlsCertificates* tls;  // nullptr: plain HTTP
  std::shared_ptr<Inbox> inbox;
  Counters& counters;
  std::atomic<bool>& draining;
};

// Hands one finished exchange to the log. `head` may be null: nothing of a request was read.
void report_exchange(const Front& front, const Connection& connection, const Reply& reply,
                     std::size_t bytes_in, const Head* head);

class Reactor {
 public:
  // Who makes what: `pool` and `urgent` answers, `producers` the pieces of long bodies.
  struct Pools {
    WorkerPool &pool, &urgent, &producers;
  };
  Reactor(Front front, std::vector<Listener> listeners, Pools pools);
  // The kernel gave all that is needed.
  bool is_ready() const { return epoll_ && front_.inbox->fd() >= 0; }
  // Before the workers start.
  void start();
  // Returns when every connection is answered and closed, or after `limit`. Not started: at once.
  void drain(std::chrono::milliseconds limit);
  // After the workers have stopped.
  void drop_connections();

 private:
  using State = Connection::State;

  static constexpr int k_events = 256;  // of one turn

  // One turn of the loop (reactor.cc). false: it was the last.
  bool turn();
  bool is_finished() const;
  int wait_ms() const;
  void on_event(const epoll_event& event);
  void collect_mail();
  void watch(int fd, std::uint32_t events, void* pointer);
  bool accept_from(const Listener& listener);  // true: there may be more
  void adopt(Acceptor::Accepted accepted, bool secure);
  bool is_over_limit(const SocketAddress& peer) const;
  std::string counted_as(const SocketAddress& peer) const;
  void turn_away(Acceptor::Accepted accepted, bool secure);
  void pause(const Listener& listener);
  void resume_listeners();
  void begin_drain();
  void sweep();
  void on_deadline(Connection& connection);
  void close(Connection& connection);

  // One connection's way (reactor_steps.cc). A step returns true if the next may follow at once.
  void advance(Connection& connection);
  bool step(Connection& connection);
  bool read_head(Connection& connection);
  bool take_head(Connection& connection);
  bool read_body(Connection& connection);
  bool dispatch(Connection& connection);
  bool is_urgent(const Head& head) const;
  bool write_out(Connection& connection);
  bool after_answer(Connection& connection);
  bool ask_for_more(Connection& connection);
  void end_body(Connection& connection);
  void cut_body(Connection& connection);
  void limit_to_body(Connection& connection) const;
  bool pump_stream(Connection& connection);
  bool linger(Connection& connection);
  bool begin_linger(Connection& connection);
  bool discard_input(Connection& connection);  // false: the client has left
  void begin_head(Connection& connection);
  void begin_write(Connection& connection);
  void skip_blank_lines(Connection& connection);
  bool fill(Connection& connection, std::size_t max);
  bool refuse(Connection& connection, const Refusal& refusal, const Head& head);
  bool send_continue(Connection& connection);
  void take_back(Connection& connection);
  void start_stream(Connection& connection);
  void end_stream(Connection& connection);
  void heartbeat(Connection& connection);
  void set_head_deadline(Connection& connection);
  std::int64_t body_deadline(const Connection& connection) const;
  Peer peer_of(const Connection& connection) const;

  Front front_;
  Pools pools_;
  Acceptor acceptor_;
  UniqueFd epoll_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> closed_;  // freed when no event can name them any more
  std::unordered_map<std::string, std::size_t> per_address_;
  std::array<epoll_event, k_events> events_{};
  std::string scratch_;
  std::int64_t now_ms_ = 0;
  std::int64_t next_sweep_ms_ = 0;
  std::int64_t drain_until_ms_ = 0;
  bool is_draining_ = false;
  bool has_paused_ = false;
  std::atomic<std::int64_t> drain_limit_ms_{0};
  std::thread thread_;
};

}  // namespace kontor::http
