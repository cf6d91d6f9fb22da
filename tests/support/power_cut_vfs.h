// A disk for tests: a SQLite VFS over the real one that fails on demand and that records what
// reaches it, so that a power cut can be played back at any moment.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::test {

struct DiskEvent {
  // The last two are of files that the VFS does not see (look_beside()).
  enum class Kind { write, truncate, sync, remove, acknowledge, appear, vanish };
  Kind kind = Kind::write;
  std::string file = {};    // its name without the folder
  std::int64_t number = 0;  // offset, new size, or what was acknowledged
  std::string bytes = {};
};

// Files by name, as they are on the disk when the power comes back.
using DiskImage = std::map<std::string, std::string>;

struct Recording {
  DiskImage before;  // what was durable when the recording began
  std::vector<DiskEvent> events;

  // The disk after a cut just before event `point`: what was synced is there; each other write is
  // there, not there, or there in some of its 512-byte sectors.
  DiskImage cut(std::size_t point, std::mt19937& random) const;
  std::set<std::int64_t> acknowledged(std::size_t point) const;
};

enum class DiskCall {
  open,
  read,
  write,
  truncate,
  sync,
  size,
  lock,
  shm_map,
  shm_lock,
  remove,
  access
};

// What every kind of call can meet.
enum class Fault {
  io,         // EIO at any call
  full,       // ENOSPC at those that take space: half of a write arrives
  cut_short,  // half of a read or write is done, then EIO
  kill        // the process gets SIGKILL
};

struct Strike {
  int code = 0;       // SQLite's; 0: the call goes through
  bool half = false;  // half of the bytes are moved first
};

class FaultDisk {
 public:
  // Registers a VFS called `name`; the destructor takes it away. No connection may outlive it.
  explicit FaultDisk(std::string name);
  FaultDisk(const FaultDisk&) = delete;
  FaultDisk& operator=(const FaultDisk&) = delete;
  ~FaultDisk();

  const std::string& name() const { return name_; }

  // The `nth` call of that kind from now on (1: the next) fails with SQLite's `code`; `sticky`: all
  // after it, too.
  void fail(DiskCall call, int nth, int code, bool sticky);
  // As fail(), but of all the calls that `fault` can hit, whatever their kind.
  void fail_any(int nth, Fault fault, bool sticky);
  // The kind of call that failed first since then; nullopt: none has.
  std::optional<DiskCall> struck();
  // Files may grow by so many bytes, then writes answer SQLITE_FULL.
  void fill_up_after(std::int64_t bytes);
  void heal();

  // From now on a sync waits until let_syncs_go(), as on a disk that hangs.
  void hold_syncs();
  // Until one waits.
  void wait_for_held_sync();
  void let_syncs_go();
  int syncs();  // begun so far

  // Syncs cost nothing from now on, as the real disk does not matter.
  void record(DiskImage before);
  void acknowledge(std::int64_t number);
  // Called just before each event is recorded, so that what else has changed on the disk gets its
  // place in their order. No call of this disk may be made from it.
  void look_beside(std::function<void(std::vector<DiskEvent>& events)> look);
  Recording take_recording();

 private:
  friend struct ShimCalls;
  struct Registration;

  Strike on_call(DiskCall call);
  bool takes_growth(std::int64_t bytes);
  void on_sync();
  bool note(DiskEvent event);

  const std::string name_;
  std::unique_ptr<Registration> registration_;
  std::mutex mutex_;
  bool recording_ = false;
  Recording record_;
  std::function<void(std::vector<DiskEvent>&)> look_beside_ = {};
  std::optional<DiskCall> failing_ = {};  // one kind only
  std::optional<Fault> fault_ = {};       // or all that this one hits
  std::optional<DiskCall> struck_ = {};
  int calls_until_failure_ = 0;
  int failure_code_ = 0;
  bool sticky_ = false;
  bool filling_up_ = false;
  std::int64_t space_bytes_ = 0;
  std::condition_variable changed_;
  bool holding_ = false;
  int held_ = 0;
  int syncs_ = 0;
};

}  // namespace kontor::test
