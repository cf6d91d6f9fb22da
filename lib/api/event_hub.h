// Server-sent events: one thread reads each new change once and hands it to every subscriber.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

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
};

class EventHub {
 public:
  // Starts the thread. `store` must outlive the hub.
  explicit EventHub(store::Store& store);
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
  };

  void run();
  // Blocks until there is something to do; false: stop.
  bool wait(std::vector<Subscriber>& arrived, bool& is_silent);
  void deliver(std::vector<Subscriber>& arrived);
  void come_back(std::vector<Subscriber> unserved, bool has_failed);
  bool fan_out();
  enum class CatchUp { done, more, gone, failed };
  CatchUp catch_up(Subscriber& subscriber);
  void sweep();
  bool find_last();

  store::Store& store_;
  std::vector<Subscriber> subscribers_;  // the hub's thread only; all have everything up to last_
  std::int64_t last_ = 0;                // the hub's thread only

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Subscriber> arrived_;  // guarded by mutex_
  bool dirty_ = false;               // guarded by mutex_
  bool stop_ = false;                // guarded by mutex_
  std::thread thread_;               // last: everything it uses is there
};

}  // namespace kontor::api
