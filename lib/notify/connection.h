// A connection to another machine, plain or by TLS with its certificate checked.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"
#include "notify/endpoint.h"
#include "notify/patience.h"

struct ssl_ctx_st;
struct ssl_st;

namespace kontor::notify {

struct Trust {
  // Certificates of the authorities that are believed; empty: those of the system, wherever Debian,
  // Fedora, SUSE and Alpine keep them.
  std::string ca_file;
};

// One thread.
class Connection {
 public:
  // Resolves the name (files and DNS only, as process_setup.h has it: a static program can load no
  // other), and tries its addresses one after the other. Code::unavailable, kind target_unreachable
  // or target_untrusted, with the system's reason.
  static Result<Connection> open(const Endpoint& endpoint, const Trust& trust,
                                 const Patience& patience);

  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) = delete;
  ~Connection();

  // Writes all, unless the other side begins to speak before: then false, and it has to be read
  // what it says.
  Result<bool> write(std::string_view bytes, const Patience& patience);
  // Up to `size` bytes; 0: the other side has ended.
  Result<std::size_t> read(char* bytes, std::size_t size, const Patience& patience);

 private:
  Connection(UniqueFd fd, std::string who) : fd_(std::move(fd)), who_(std::move(who)) {}
  Result<void> start_tls(const Endpoint& endpoint, const Trust& trust, const Patience& patience);
  Result<short> wait_for_tls(int returned, const Patience& patience);
  // Bytes, 0 at the end, -1: not now.
  std::ptrdiff_t try_read(char* bytes, std::size_t size);
  std::ptrdiff_t try_write(std::string_view bytes);
  Result<bool> has_spoken(short events);
  Error broken() const;

  UniqueFd fd_;
  std::string who_;
  std::unique_ptr<ssl_ctx_st, void (*)(ssl_ctx_st*)> context_{nullptr, nullptr};
  std::unique_ptr<ssl_st, void (*)(ssl_st*)> tls_{nullptr, nullptr};
  bool is_broken_ = false;
  std::string ahead_;  // was read while it was written
};

}  // namespace kontor::notify
