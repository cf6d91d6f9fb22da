#include "http/reactor.h"

#include <pthread.h>

#include <algorithm>

#include "base/limits.h"
#include "base/metrics.h"

namespace kontor::http {
namespace {

constexpr std::uint32_t k_connection_events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
constexpr int k_accepts_per_turn = 64;  // then the connections that are there get their turn
constexpr std::size_t k_scratch_bytes = 64 * 1024;
constexpr std::int64_t k_sweep_ms = 250;
constexpr std::int64_t k_drain_wait_ms = 20;
// While draining: an idle client may have a request on its way, and a begun one may be completed.
constexpr std::int64_t k_drain_idle_ms = 250;
constexpr std::int64_t k_drain_partial_ms = 3'000;

bool is_partial(const Connection& connection) {
  return connection.state == Connection::State::body || connection.started_us != 0;
}

}  // namespace

void report_exchange(const Front& front, const Connection& connection, const Reply& reply,
                     std::size_t bytes_in, const Head* head) {
  if (!front.on_exchange) return;
  Exchange exchange;
  if (head) exchange.method = head->method, exchange.target = head->target;
  exchange.remote_ip = reply.client_ip.empty() ? connection.remote_ip : reply.client_ip;
  exchange.route = reply.route;
  exchange.request_id = reply.request_id;
  exchange.refusal = reply.refusal;
  exchange.status = reply.status;
  exchange.bytes_in = bytes_in;
  exchange.bytes_out = connection.out.size();
  if (connection.body) exchange.bytes_out = connection.body->bytes();
  exchange.cut = connection.body && connection.body->is_cut();
  if (connection.started_us != 0) exchange.duration_us = steady_us() - connection.started_us;
  front.on_exchange(exchange);
}

Reactor::Reactor(Front front, std::vector<Listener> listeners, Pools pools)
    : front_(std::move(front)),
      pools_(pools),
      acceptor_(std::move(listeners)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      scratch_(k_scratch_bytes, '\0') {}

void Reactor::start() {
  now_ms_ = front_.clock.monotonic_ms();
  watch(front_.inbox->fd(), EPOLLIN | EPOLLET, nullptr);
  for (const auto& listener : acceptor_.listeners()) {
    watch(listener.fd(), EPOLLIN, const_cast<Listener*>(&listener));
  }
  pools_.pool.share({[this] { return turn(); }, [this] { front_.inbox->wake(); }});
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "http-reactor");
    pools_.pool.stand_in();
  });
}

void Reactor::drain(std::chrono::milliseconds limit) {
  if (!thread_.joinable()) return;
  drain_limit_ms_.store(std::max<std::int64_t>(limit.count(), 1));
  front_.draining.store(true);
  front_.inbox->wake();
  thread_.join();
}

void Reactor::drop_connections() {
  while (!connections_.empty()) close(*connections_.back());
  closed_.clear();
}

// Connections are watched edge-triggered for everything, once: no system call per request to change
// the interest, and nothing to report while a worker owns one. Listeners stay level-triggered,
// because only some of those who wait are accepted per turn.
void Reactor::watch(int fd, std::uint32_t events, void* pointer) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = pointer;
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
}

bool Reactor::turn() {
  const int count = epoll_wait(epoll_.get(), events_.data(), k_events, wait_ms());
  now_ms_ = front_.clock.monotonic_ms();
  for (int i = 0; i < count; ++i) on_event(events_[static_cast<std::size_t>(i)]);
  collect_mail();
  if (front_.draining.load() && !is_draining_) begin_drain();
  if (now_ms_ >= next_sweep_ms_) sweep();
  closed_.clear();
  return !is_finished();
}

bool Reactor::is_finished() const {
  return is_draining_ && (connections_.empty() || now_ms_ >= drain_until_ms_);
}

int Reactor::wait_ms() const {
  if (is_draining_) return k_drain_wait_ms;
  const bool nothing_to_time = connections_.empty() && !has_paused_;
  return nothing_to_time ? -1 : static_cast<int>(k_sweep_ms);
}

void Reactor::on_event(const epoll_event& event) {
  if (event.data.ptr == nullptr) return;  // mail; collected after the events
  if (const Listener* listener = acceptor_.find(event.data.ptr)) {
    accept_from(*listener);
    return;
  }
  auto& connection = *static_cast<Connection*>(event.data.ptr);
  // TLS may have been unable to read on because it had to write first.
  const bool only_writable = event.events == EPOLLOUT;
  if (!only_writable || connection.tls) connection.readable = true;
  if ((event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) connection.ends = true;
  if (connection.state == State::busy) connection.wanted_back.store(true);
  else advance(connection);
}

void Reactor::collect_mail() {
  const auto mail = front_.inbox->collect();
  for (Connection* connection : mail.done) take_back(*connection);
  for (const auto& stream : mail.streams) {
    Connection* connection = stream->connection();
    if (connection && connection->state == State::stream) advance(*connection);
  }
}

bool Reactor::accept_from(const Listener& listener) {
  const bool secure = front_.tls && !listener.is_unix();
  for (int i = 0; i < k_accepts_per_turn; ++i) {
    Acceptor::Accepted accepted;
    switch (acceptor_.accept(listener, accepted)) {
      case Acceptor::Outcome::none: return false;
      case Acceptor::Outcome::exhausted: pause(listener); return false;
      case Acceptor::Outcome::last_one:
        turn_away(std::move(accepted), secure);
        acceptor_.restore_spare();
        continue;
      case Acceptor::Outcome::accepted: break;
    }
    front_.counters.accepted.fetch_add(1, std::memory_order_relaxed);
    if (is_over_limit(accepted.peer)) {
      turn_away(std::move(accepted), secure);
    } else {
      adopt(std::move(accepted), secure);
    }
  }
  return true;
}

std::string Reactor::counted_as(const SocketAddress& peer) const {
  // Behind a proxy on this machine all clients come from the loopback address.
  if (is_loopback(peer) && !front_.options.limit_loopback) return {};
  return client_key(peer);
}

bool Reactor::is_over_limit(const SocketAddress& peer) const {
  if (connections_.size() >= front_.options.connections) return true;
  const auto count = per_address_.find(counted_as(peer));
  return count != per_address_.end() && count->second >= front_.options.connections_per_address;
}

void Reactor::adopt(Acceptor::Accepted accepted, bool secure) {
  auto connection = std::make_unique<Connection>();
  if (secure) {
    connection->tls = front_.tls->start_session(accepted.fd.get());
    if (!connection->tls) return;
  }
  connection->fd = std::move(accepted.fd);
  connection->remote_ip = ip_text(accepted.peer);
  connection->client_key = counted_as(accepted.peer);
  if (!connection->client_key.empty()) ++per_address_[connection->client_key];
  connection->index = connections_.size();
  connections_.push_back(std::move(connection));
  front_.counters.connections.store(connections_.size(), std::memory_order_relaxed);
  auto& adopted = *connections_.back();
  set_head_deadline(adopted);
  // A TLS client speaks first, and has no reason to wait.
  if (secure) adopted.deadline_ms = now_ms_ + front_.options.head_ms;
  watch(adopted.fd.get(), k_connection_events, &adopted);
}

// Over a limit: one small answer into the empty socket buffer, and good-bye. The client of a TLS
// listener could not read it.
void Reactor::turn_away(Acceptor::Accepted accepted, bool secure) {
  Connection connection;
  connection.fd = std::move(accepted.fd);
  connection.remote_ip = ip_text(accepted.peer);
  const Refusal refusal{503, "too_many_connections", "Too many connections; try again soon."};
  auto reply = front_.responder.refuse(refusal, Head{}, peer_of(connection));
  connection.out = std::move(reply.out);
  front_.counters.refused.fetch_add(1, std::memory_order_relaxed);
  if (!secure) {
    connection.flush();
    shutdown(connection.fd.get(), SHUT_WR);
    // Closing with unread bytes would send a reset, which can overtake the answer.
    connection.read_some(scratch_.data(), scratch_.size());
  }
  report_exchange(front_, connection, reply, 0, nullptr);
}

void Reactor::pause(const Listener& listener) {
  epoll_event event{};
  event.data.ptr = const_cast<Listener*>(&listener);
  epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, listener.fd(), &event);
  has_paused_ = true;
}

void Reactor::resume_listeners() {
  acceptor_.restore_spare();
  has_paused_ = false;
  for (const auto& listener : acceptor_.listeners()) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = const_cast<Listener*>(&listener);
    epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, listener.fd(), &event);
  }
}

void Reactor::begin_drain() {
  is_draining_ = true;
  drain_until_ms_ = now_ms_ + drain_limit_ms_.load();
  // Whoever the kernel has let in already gets an answer.
  for (const auto& listener : acceptor_.listeners()) {
    while (accept_from(listener)) continue;
    // Closing ends no watch of a socket that another process holds open, too: its events would go
    // on coming, with a pointer to a listener that is gone.
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, listener.fd(), nullptr);
  }
  acceptor_.close();
  for (std::size_t i = connections_.size(); i-- > 0;) {
    auto& connection = *connections_[i];
    if (connection.state == State::stream) {
      end_stream(connection);
    } else if (connection.state == State::head || connection.state == State::body) {
      const auto grace = is_partial(connection) ? k_drain_partial_ms : k_drain_idle_ms;
      connection.deadline_ms = std::min(connection.deadline_ms, now_ms_ + grace);
    }
  }
}

void Reactor::sweep() {
  next_sweep_ms_ = now_ms_ + (is_draining_ ? k_drain_wait_ms : k_sweep_ms);
  if (has_paused_) resume_listeners();
  // Backwards: closing one moves the last one, which has been looked at, into its place.
  for (std::size_t i = connections_.size(); i-- > 0;) {
    auto& connection = *connections_[i];
    if (connection.state != State::busy && connection.deadline_ms <= now_ms_)
      on_deadline(connection);
  }
}

void Reactor::on_deadline(Connection& connection) {
  switch (connection.state) {
    case State::head:
      if (connection.started_us == 0) return close(connection);
      refuse(connection, {408, "head_timeout", "The request head did not arrive in time."}, Head{});
      return advance(connection);
    case State::body:
      connection.deadline_ms = body_deadline(connection);
      if (connection.deadline_ms > now_ms_ && !is_draining_) return;
      refuse(connection, {408, "body_timeout", "The body arrived too slowly."},
             connection.pending->head);
      return advance(connection);
    case State::stream: return heartbeat(connection);
    case State::writing:
    case State::lingering:
    case State::busy:
    case State::closed: return close(connection);
  }
}

void Reactor::close(Connection& connection) {
  if (connection.state == State::closed) return;
  if (connection.body) cut_body(connection);
  if (connection.stream) {
    connection.stream->close();
    if (connection.state == State::stream) {
      front_.counters.streams.fetch_sub(1, std::memory_order_relaxed);
    }
  }
  if (!connection.client_key.empty()) {
    const auto count = per_address_.find(connection.client_key);
    if (--count->second == 0) per_address_.erase(count);
  }
  connection.state = State::closed;
  connection.tls.reset();
  connection.fd.reset();
  const auto index = connection.index;
  closed_.push_back(std::move(connections_[index]));
  if (index + 1 != connections_.size()) {
    connections_[index] = std::move(connections_.back());
    connections_[index]->index = index;
  }
  connections_.pop_back();
  front_.counters.connections.store(connections_.size(), std::memory_order_relaxed);
}

}  // namespace kontor::http
