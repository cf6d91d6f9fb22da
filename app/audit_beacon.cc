#include "audit_beacon.h"

#include <chrono>

#include "audit_proof.h"

namespace kontor::app {
namespace {

constexpr std::chrono::hours k_period{1};

}  // namespace

AuditBeacon::AuditBeacon(store::Store& store, const Logger& log)
    : store_(store), log_(log), thread_([this] { run(); }) {}

AuditBeacon::~AuditBeacon() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void AuditBeacon::run() {
  std::unique_lock lock(mutex_);
  do {
    lock.unlock();
    tell();
    lock.lock();
  } while (!changed_.wait_for(lock, k_period, [this] { return stop_; }));
}

void AuditBeacon::tell() {
  const auto head = store_.read([](store::ReadTx& tx) { return Result(crm::audit_head(tx)); });
  if (!head.ok() || !*head) return;
  log_.info("audit trail", {{"head", std::to_string((*head)->seq) + ":" + hex_of((*head)->hash)}});
}

}  // namespace kontor::app
