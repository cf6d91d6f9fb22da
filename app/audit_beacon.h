// Tells the log where the audit trail ends, at the start and once an hour: a trail that was written
// anew as a whole does not agree with a log that is kept elsewhere (`audit verify --head`).
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "store/store.h"

namespace kontor::app {

// Owns a thread. What is given must outlive it.
class AuditBeacon {
 public:
  AuditBeacon(store::Store& store, const Logger& log);
  ~AuditBeacon();
  AuditBeacon(const AuditBeacon&) = delete;
  AuditBeacon& operator=(const AuditBeacon&) = delete;

 private:
  void run();
  void tell();

  store::Store& store_;
  const Logger& log_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;  // guarded
  std::thread thread_;
};

}  // namespace kontor::app
