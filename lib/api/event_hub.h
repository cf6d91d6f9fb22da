// Server-sent events: one thread reads each new change once and hands it to every subscriber.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "crm/access/principal.h"
#include "crm/history.h"
#include "http/message.h"
#include "store/store.h"

namespace kontor::api {

// One change as the event stream shows it: id, event and data lines and the blank line. The data
// is the change without its diff: a stream says what happened, the record says what it is now.
std::string event_text(const crm::Change& change);

struct Subscription {
  std::int64_t since = 0;           // the last change that the client has
  std::vector<std::string> topics;  // collections; empty: all
  bool reset = false;               // the client's place is lost: tell it, and go on from `since`
  // Gets changes of those records alone that this caller may see when they are delivered.
  std::shared_ptr<const crm::Principal> principal = crm::Principal::program();
  // Asked before each delivery, and every few seconds: false ends the stream, as the session of the
  // caller has ended, or her rights are others now. Quick; on the hub's thread. Empty: for ever.
  std::function<bool()> still_valid = {};
};

class EventHub {
 public:
  // How long who has left, or may not listen any longer, is kept while there is nothing for him.
  static constexpr std::chrono::milliseconds k_sweep{5'000};
  // Starts the thread. `store` must outlive the hub.
  explicit EventHub(store::Store& store, std::chrono::milliseconds sweep = k_sweep);
  ~EventHub();
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;

  // New changes may be there. Quick, never blocks on I/O; from any thread.
  void wake();
  // Delivers every change after `since`, in order, each once. Thread-safe.
  void subscribe(std::shared_ptr<http::EventSink> sink, Subscription subscription);
  // Ends the thread and forgets the subscribers. Idempotent; not from the hub's own thread.
  void stop();

 private:
  struct Subscriber {
    std::shared_ptr<http::EventSink> sink;
    Subscription want;

    bool is_restricted() const;  // does not see every record
    bool wants(const crm::Change& change) const;
    // false: the client is gone, or may not listen any longer.
    bool send(std::string_view text);
  };

  void run();
  // Blocks until there is something to do, or it is time to sweep; false: stop.
  bool wait(std::vector<Subscriber>& arrived);
  void deliver(std::vector<Subscriber>& arrived);
  void come_back(std::vector<Subscriber> unserved, bool has_failed);
  bool fan_out();
  enum class CatchUp { done, more, gone, failed };
  CatchUp catch_up(Subscriber& subscriber);
  void sweep();
  bool find_last();

  store::Store& store_;
  const std::chrono::milliseconds sweep_every_;
  std::vector<Subscriber> subscribers_;  // the hub's thread only; all have everything up to last_
  std::int64_t last_ = 0;                // the hub's thread only
  std::chrono::steady_clock::time_point sweep_at_{};  // the hub's thread only

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Subscriber> arrived_;  // guarded by mutex_
  bool dirty_ = false;               // guarded by mutex_
  bool stop_ = false;                // guarded by mutex_
  std::thread thread_;               // last: everything it uses is there
};

}  // namespace kontor::api
