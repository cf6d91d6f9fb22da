// The way of one connection through its states; the loop around it is in reactor.cc.
#include <sys/socket.h>

#include <algorithm>

#include "base/limits.h"
#include "base/metrics.h"
#include "http/reactor.h"

namespace kontor::http {
namespace {

constexpr std::string_view k_continue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view k_heartbeat = ":\n\n";
// Reads per turn that only throw bytes away; then others have their turn.
constexpr int k_discard_rounds = 8;
constexpr std::int64_t k_drain_idle_ms = 250;
// Clients of ended streams come back after this, and not all in the same second.
constexpr std::size_t k_retry_ms = 1'000;
constexpr std::size_t k_retry_spread_ms = 3'000;

}  // namespace

void Reactor::advance(Connection& connection) {
  while (step(connection)) continue;
}

bool Reactor::step(Connection& connection) {
  switch (connection.state) {
    case State::head: return read_head(connection);
    case State::body: return read_body(connection);
    case State::writing: return write_out(connection);
    case State::stream: return pump_stream(connection);
    case State::lingering: return linger(connection);
    case State::busy:
    case State::closed: break;
  }
  return false;
}

// True if bytes came. False: nothing now, or the end (`saw_end`), or a dead connection (closed).
bool Reactor::fill(Connection& connection, std::size_t max) {
  if (!connection.readable || connection.saw_end) return false;
  const auto most = std::min(max, scratch_.size());
  const auto result = connection.read_some(scratch_.data(), most);
  connection.has_more = result.bytes == most;
  switch (result.state) {
    case IoState::done:
      // Less than there was room for: the socket is empty, and will report what comes next. Asking
      // would cost a system call per request. Not so if its end has been reported already.
      if (!connection.has_more && !connection.ends && !connection.tls) connection.readable = false;
      return true;
    case IoState::again: connection.readable = false; break;
    case IoState::closed: connection.saw_end = true; break;
    case IoState::failed: close(connection); break;
  }
  return false;
}

// RFC 9112 2.2: some clients send an empty line after a body.
void Reactor::skip_blank_lines(Connection& connection) {
  while (connection.started_us == 0 && connection.unread().starts_with("\r\n"))
    connection.consume(2);
}

void Reactor::begin_head(Connection& connection) {
  if (connection.started_us != 0) return;
  connection.started_us = steady_us();
  connection.phase_ms = now_ms_;
  connection.deadline_ms = now_ms_ + front_.options.head_ms;
}

bool Reactor::read_head(Connection& connection) {
  for (;;) {
    skip_blank_lines(connection);
    if (const auto bytes = connection.unread(); !bytes.empty() && bytes != "\r") {
      begin_head(connection);
      switch (connection.scanner.scan(bytes)) {
        case HeadScanner::State::incomplete: break;
        case HeadScanner::State::complete: return take_head(connection);
        case HeadScanner::State::malformed:
          return refuse(connection, {400, "bad_head", "This is no request of HTTP/1.1."}, Head{});
        case HeadScanner::State::head_too_large:
          return refuse(connection, {431, "head_too_large", "The head is larger than 16 KiB."},
                        Head{});
        case HeadScanner::State::target_too_large:
          return refuse(connection, {414, "target_too_long", "The target is longer than 8 KiB."},
                        Head{});
      }
    }
    if (fill(connection, scratch_.size())) continue;
    // The end before the end of a head: there is nothing to answer.
    if (connection.state != State::closed && connection.saw_end) close(connection);
    return false;
  }
}

bool Reactor::take_head(Connection& connection) {
  const GateRules rules{front_.hosts, front_.options.body_bytes};
  const auto length = connection.scanner.length();
  auto gated = check_head(connection.unread().substr(0, length), rules);
  if (gated.refusal) return refuse(connection, *gated.refusal, gated.head);
  const auto needed = length + gated.head.body_bytes;
  if (needed > connection.unread().size()) {
    // The views must survive the arrival of the body. The kernel gives the memory only as it is
    // filled. Bodies of many megabytes will go to an unlinked file from here.
    connection.reserve_unread(needed);
    gated = check_head(connection.unread().substr(0, length), rules);
  }
  connection.pending =
      std::make_unique<Connection::Pending>(Connection::Pending{std::move(gated.head)});
  connection.state = State::body;
  connection.phase_ms = now_ms_;
  connection.deadline_ms = body_deadline(connection);
  const bool waits =
      connection.pending->head.expect_continue && needed > connection.unread().size();
  return !waits || send_continue(connection);
}

bool Reactor::send_continue(Connection& connection) {
  connection.drop_output();
  connection.out.head = k_continue;
  // Not even 25 bytes fit: this client does not read its answers.
  if (connection.flush() != IoState::done) {
    close(connection);
    return false;
  }
  connection.drop_output();
  return true;
}

bool Reactor::read_body(Connection& connection) {
  const auto& head = connection.pending->head;
  const auto needed = head.head_bytes + head.body_bytes;
  while (connection.unread().size() < needed) {
    if (fill(connection, needed - connection.unread().size())) continue;
    if (connection.state != State::closed && connection.saw_end) close(connection);
    return false;
  }
  return dispatch(connection);
}

std::int64_t Reactor::body_deadline(const Connection& connection) const {
  const auto received = static_cast<std::int64_t>(connection.unread().size());
  constexpr auto rate = static_cast<std::int64_t>(limits::body_rate_bytes_per_s);
  return connection.phase_ms + front_.options.head_ms + received * 1000 / rate;
}

bool Reactor::is_urgent(const Head& head) const {
  const auto& paths = front_.options.urgent_paths;
  return std::find(paths.begin(), paths.end(), head.path) != paths.end();
}

bool Reactor::dispatch(Connection& connection) {
  auto& pool = is_urgent(connection.pending->head) ? pools_.urgent : pools_.pool;
  connection.state = State::busy;
  connection.received_us = steady_us();
  // What is in the socket already is not reported again.
  connection.wanted_back.store(connection.has_more || connection.ends || connection.saw_end);
  if (pool.push(&connection)) return false;
  connection.state = State::body;
  return refuse(connection, {503, "busy", "The server is busy; try again in a moment."},
                connection.pending->head);
}

Peer Reactor::peer_of(const Connection& connection) const {
  return {connection.remote_ip, connection.tls != nullptr, !front_.draining.load()};
}

bool Reactor::refuse(Connection& connection, const Refusal& refusal, const Head& head) {
  auto reply = front_.responder.refuse(refusal, head, peer_of(connection));
  connection.out = std::move(reply.out);
  front_.counters.refused.fetch_add(1, std::memory_order_relaxed);
  report_exchange(front_, connection, reply, connection.unread().size(), &head);
  begin_write(connection);
  return true;
}

void Reactor::begin_write(Connection& connection) {
  connection.state = State::writing;
  connection.phase_ms = now_ms_;
  connection.deadline_ms = now_ms_ + front_.options.write_ms;
  limit_to_body(connection);
}

// A body that is made while it is sent holds resources of its maker: reading slowly buys no time.
void Reactor::limit_to_body(Connection& connection) const {
  if (!connection.body) return;
  auto& until_ms = connection.body->until_ms;
  if (until_ms == 0) until_ms = now_ms_ + front_.options.produced_ms;
  connection.deadline_ms = std::min(connection.deadline_ms, until_ms);
}

bool Reactor::write_out(Connection& connection) {
  const auto before = connection.out.sent;
  switch (connection.flush()) {
    case IoState::done: return after_answer(connection);
    case IoState::again: break;
    default: close(connection); return false;
  }
  if (connection.out.sent > before) {
    // Every bit of progress buys time, but reading one byte now and then does not buy it for ever.
    constexpr auto rate = static_cast<std::int64_t>(limits::body_rate_bytes_per_s);
    const auto sent = static_cast<std::int64_t>(connection.out.sent);
    const auto longest = connection.phase_ms + front_.options.write_ms + sent * 1000 / rate;
    connection.deadline_ms = std::min(now_ms_ + front_.options.write_ms, longest);
    limit_to_body(connection);
  }
  return false;
}

// What is written is gone; a producer makes the next piece.
bool Reactor::ask_for_more(Connection& connection) {
  connection.state = State::busy;
  if (now_ms_ < connection.body->until_ms && pools_.producers.push(&connection)) return false;
  connection.state = State::writing;
  close(connection);
  return false;
}

void Reactor::end_body(Connection& connection) {
  const Head& head = connection.pending->head;
  report_exchange(front_, connection, connection.body->reply(), head.head_bytes + head.body_bytes,
                  &head);
  connection.body.reset();
}

// A reset, not an end: without a length or chunks the end would look like the body's.
void Reactor::cut_body(Connection& connection) {
  const struct ::linger now { .l_onoff = 1, .l_linger = 0 };
  setsockopt(connection.fd.get(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  connection.body->cut();
  end_body(connection);
}

bool Reactor::after_answer(Connection& connection) {
  if (connection.body) {
    if (!connection.body->has_ended()) return ask_for_more(connection);
    end_body(connection);
  }
  const bool close_after = connection.out.close_after;
  connection.drop_output();
  if (const auto pending = std::move(connection.pending)) {
    connection.consume(pending->head.head_bytes + pending->head.body_bytes);
  }
  connection.started_us = 0;
  connection.scanner.reset();
  if (close_after) return begin_linger(connection);
  connection.state = State::head;
  set_head_deadline(connection);
  return true;
}

void Reactor::set_head_deadline(Connection& connection) {
  const auto wait_ms = is_draining_ ? k_drain_idle_ms : front_.options.idle_ms;
  connection.deadline_ms = now_ms_ + wait_ms;
}

bool Reactor::begin_linger(Connection& connection) {
  connection.consume(connection.unread().size());
  if (connection.saw_end) {
    close(connection);
    return false;
  }
  if (connection.tls) connection.tls->say_goodbye();
  shutdown(connection.fd.get(), SHUT_WR);
  connection.state = State::lingering;
  connection.deadline_ms = now_ms_ + limits::linger_ms;
  return true;
}

// Closing a socket with unread bytes sends a reset, which can destroy the answer on its way.
bool Reactor::linger(Connection& connection) {
  connection.tls.reset();
  if (!discard_input(connection)) close(connection);
  return false;
}

bool Reactor::discard_input(Connection& connection) {
  for (int round = 0; connection.readable && round < k_discard_rounds; ++round) {
    const auto result = connection.read_some(scratch_.data(), scratch_.size());
    connection.consume(connection.unread().size());
    if (result.state == IoState::again) connection.readable = false;
    if (result.state == IoState::closed || result.state == IoState::failed) return false;
  }
  if (connection.readable) {
    // Setting the interest again makes the kernel report what is still there.
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &connection;
    epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, connection.fd.get(), &event);
  }
  return true;
}

void Reactor::take_back(Connection& connection) {
  if (connection.write_failed) return close(connection);
  if (connection.stream) {
    start_stream(connection);
  } else {
    begin_write(connection);
  }
  advance(connection);
}

void Reactor::start_stream(Connection& connection) {
  connection.pending.reset();
  connection.consume(connection.unread().size());
  connection.out.close_after = false;
  connection.state = State::stream;
  connection.deadline_ms = now_ms_ + limits::stream_heartbeat_ms;
  front_.counters.streams.fetch_add(1, std::memory_order_relaxed);
  if (is_draining_) end_stream(connection);
}

// The deadline is the next heartbeat's while all is written, and the write's while it is not.
bool Reactor::pump_stream(Connection& connection) {
  if (!discard_input(connection) || connection.stream->too_slow()) {
    close(connection);
    return false;
  }
  for (;;) {
    const auto before = connection.out.sent;
    const auto state = connection.flush();
    if (state == IoState::failed) {
      close(connection);
      return false;
    }
    if (state == IoState::again) {
      if (connection.out.sent > before) connection.deadline_ms = now_ms_ + front_.options.write_ms;
      return false;
    }
    if (connection.out.close_after) return begin_linger(connection);
    connection.drop_output();
    connection.deadline_ms = now_ms_ + limits::stream_heartbeat_ms;
    const bool is_last = connection.stream->ended();
    connection.out.body = connection.stream->take();
    if (!connection.out.body.empty()) continue;
    return is_last && begin_linger(connection);
  }
}

void Reactor::heartbeat(Connection& connection) {
  if (!connection.out.empty()) return close(connection);
  connection.out.body = k_heartbeat;
  advance(connection);
}

void Reactor::end_stream(Connection& connection) {
  const auto wait_ms = k_retry_ms + connection.index * 37 % k_retry_spread_ms;
  connection.out.body += connection.stream->take();
  connection.out.body += "retry: " + std::to_string(wait_ms) + "\n\n";
  connection.out.close_after = true;
  advance(connection);
}

}  // namespace kontor::http
