#include "support/power_cut_vfs.h"

#include <sqlite3.h>

#include <csignal>
#include <filesystem>
#include <utility>

namespace kontor::test {

struct FaultDisk::Registration {
  sqlite3_vfs vfs{};
  sqlite3_vfs* real = nullptr;
};

namespace {

using Kind = DiskEvent::Kind;

struct State {
  FaultDisk* disk = nullptr;
  std::string name;
  std::unique_ptr<std::byte[]> memory;
  sqlite3_file* real = nullptr;
};

// SQLite allocates this much and knows only the base.
struct ShimFile {
  sqlite3_file base;
  State* state;
};

State& state_of(sqlite3_file* file) { return *reinterpret_cast<ShimFile*>(file)->state; }
sqlite3_file* real_of(sqlite3_file* file) { return state_of(file).real; }

// Calls that only pass through.
int close_file(sqlite3_file* file) {
  const std::unique_ptr<State> state(&state_of(file));
  return state->real->pMethods->xClose(state->real);
}
int real_size(sqlite3_file* file, sqlite3_int64* size) {
  return real_of(file)->pMethods->xFileSize(real_of(file), size);
}
int unlock(sqlite3_file* file, int level) {
  return real_of(file)->pMethods->xUnlock(real_of(file), level);
}
int reserved(sqlite3_file* file, int* out) {
  return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}
int control(sqlite3_file* file, int op, void* argument) {
  return real_of(file)->pMethods->xFileControl(real_of(file), op, argument);
}
int sector_size(sqlite3_file* file) { return real_of(file)->pMethods->xSectorSize(real_of(file)); }
int characteristics(sqlite3_file* file) {
  return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}
void shm_barrier(sqlite3_file* file) { real_of(file)->pMethods->xShmBarrier(real_of(file)); }
int shm_unmap(sqlite3_file* file, int remove) {
  return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

// Whole sectors: a disk writes less than one wholly or not at all.
int half_of(int size) {
  constexpr int sector_bytes = 512;
  return size / 2 / sector_bytes * sector_bytes;
}

int io_code(DiskCall call) {
  switch (call) {
    case DiskCall::open: return SQLITE_CANTOPEN;
    case DiskCall::read: return SQLITE_IOERR_READ;
    case DiskCall::write: return SQLITE_IOERR_WRITE;
    case DiskCall::truncate: return SQLITE_IOERR_TRUNCATE;
    case DiskCall::sync: return SQLITE_IOERR_FSYNC;
    case DiskCall::size: return SQLITE_IOERR_FSTAT;
    case DiskCall::lock: return SQLITE_IOERR_LOCK;
    case DiskCall::shm_map: return SQLITE_IOERR_SHMMAP;
    case DiskCall::shm_lock: return SQLITE_IOERR_SHMLOCK;
    case DiskCall::remove: return SQLITE_IOERR_DELETE;
    case DiskCall::access: return SQLITE_IOERR_ACCESS;
  }
  return SQLITE_IOERR;
}

// As SQLite's own VFS reports it; 0: this fault does not happen to that call.
Strike strike_of(Fault fault, DiskCall call) {
  const bool moves_bytes = call == DiskCall::read || call == DiskCall::write;
  switch (fault) {
    case Fault::io: return {io_code(call), false};
    case Fault::cut_short: return {moves_bytes ? io_code(call) : SQLITE_OK, true};
    case Fault::kill: return {SQLITE_ABORT, false};
    case Fault::full: break;
  }
  switch (call) {
    case DiskCall::write: return {SQLITE_FULL, true};
    case DiskCall::open: return {SQLITE_CANTOPEN, false};
    case DiskCall::shm_map: return {SQLITE_IOERR_SHMSIZE, false};
    case DiskCall::sync: return {SQLITE_IOERR_FSYNC, false};
    default: return {};
  }
}

}  // namespace

// The calls that can fail or are recorded.
struct ShimCalls {
  static int read(sqlite3_file* file, void* out, int size, sqlite3_int64 at) {
    const Strike strike = state_of(file).disk->on_call(DiskCall::read);
    if (strike.half) real_of(file)->pMethods->xRead(real_of(file), out, half_of(size), at);
    if (strike.code != SQLITE_OK) return strike.code;
    return real_of(file)->pMethods->xRead(real_of(file), out, size, at);
  }

  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
    State& state = state_of(file);
    const Strike strike = state.disk->on_call(DiskCall::write);
    if (strike.half) real_of(file)->pMethods->xWrite(real_of(file), data, half_of(size), at);
    if (strike.code != SQLITE_OK) return strike.code;
    sqlite3_int64 before = 0;
    real_size(file, &before);
    if (!state.disk->takes_growth(at + size - before)) return SQLITE_FULL;
    std::string bytes(static_cast<const char*>(data), static_cast<std::size_t>(size));
    state.disk->note({Kind::write, state.name, at, std::move(bytes)});
    return real_of(file)->pMethods->xWrite(real_of(file), data, size, at);
  }

  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (const int code = strike(file, DiskCall::truncate)) return code;
    state_of(file).disk->note({Kind::truncate, state_of(file).name, size});
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
  }

  static int sync(sqlite3_file* file, int flags) {
    State& state = state_of(file);
    state.disk->on_sync();
    if (const int code = strike(file, DiskCall::sync)) return code;
    if (state.disk->note({Kind::sync, state.name})) return SQLITE_OK;
    return real_of(file)->pMethods->xSync(real_of(file), flags);
  }

  static int size(sqlite3_file* file, sqlite3_int64* out) {
    if (const int code = strike(file, DiskCall::size)) return code;
    return real_size(file, out);
  }

  static int lock(sqlite3_file* file, int level) {
    if (const int code = strike(file, DiskCall::lock)) return code;
    return real_of(file)->pMethods->xLock(real_of(file), level);
  }

  static int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
    if (const int code = strike(file, DiskCall::shm_map)) return code;
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, out);
  }

  // Giving a lock back cannot fail.
  static int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    if ((flags & SQLITE_SHM_LOCK) != 0) {
      if (const int code = strike(file, DiskCall::shm_lock)) return code;
    }
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
  }

  static int open(sqlite3_vfs* vfs, sqlite3_filename path, sqlite3_file* file, int flags,
                  int* out_flags) {
    auto& disk = *static_cast<FaultDisk*>(vfs->pAppData);
    sqlite3_vfs* real_vfs = disk.registration_->real;
    file->pMethods = nullptr;
    if (const int code = disk.on_call(DiskCall::open).code) return code;
    auto state = std::make_unique<State>();
    state->disk = &disk;
    state->name = path == nullptr ? "" : std::filesystem::path(path).filename().string();
    state->memory = std::make_unique<std::byte[]>(static_cast<std::size_t>(real_vfs->szOsFile));
    state->real = reinterpret_cast<sqlite3_file*>(state->memory.get());
    const int rc = real_vfs->xOpen(real_vfs, path, state->real, flags, out_flags);
    if (rc != SQLITE_OK) return rc;
    file->pMethods = &k_methods;
    reinterpret_cast<ShimFile*>(file)->state = state.release();
    return SQLITE_OK;
  }

  static int remove(sqlite3_vfs* vfs, const char* path, int sync_folder) {
    auto& disk = *static_cast<FaultDisk*>(vfs->pAppData);
    if (const int code = disk.on_call(DiskCall::remove).code) return code;
    disk.note({Kind::remove, std::filesystem::path(path).filename().string()});
    return disk.registration_->real->xDelete(disk.registration_->real, path, sync_folder);
  }

  static int access(sqlite3_vfs* vfs, const char* path, int flags, int* out) {
    auto& disk = *static_cast<FaultDisk*>(vfs->pAppData);
    if (const int code = disk.on_call(DiskCall::access).code) return code;
    return disk.registration_->real->xAccess(disk.registration_->real, path, flags, out);
  }

  static int strike(sqlite3_file* file, DiskCall call) {
    return state_of(file).disk->on_call(call).code;
  }

  static const sqlite3_io_methods k_methods;
};

// Version 2: shared memory, but no memory-mapped pages, which would pass the shim by.
const sqlite3_io_methods ShimCalls::k_methods = {2,
                                                 close_file,
                                                 ShimCalls::read,
                                                 ShimCalls::write,
                                                 ShimCalls::truncate,
                                                 ShimCalls::sync,
                                                 ShimCalls::size,
                                                 ShimCalls::lock,
                                                 unlock,
                                                 reserved,
                                                 control,
                                                 sector_size,
                                                 characteristics,
                                                 ShimCalls::shm_map,
                                                 ShimCalls::shm_lock,
                                                 shm_barrier,
                                                 shm_unmap,
                                                 nullptr,
                                                 nullptr};

FaultDisk::FaultDisk(std::string name)
    : name_(std::move(name)), registration_(std::make_unique<Registration>()) {
  sqlite3_initialize();
  registration_->real = sqlite3_vfs_find(nullptr);
  registration_->vfs = *registration_->real;
  registration_->vfs.pNext = nullptr;
  registration_->vfs.zName = name_.c_str();
  registration_->vfs.szOsFile = sizeof(ShimFile);
  registration_->vfs.pAppData = this;
  registration_->vfs.xOpen = &ShimCalls::open;
  registration_->vfs.xDelete = &ShimCalls::remove;
  registration_->vfs.xAccess = &ShimCalls::access;
  sqlite3_vfs_register(&registration_->vfs, 0);
}

FaultDisk::~FaultDisk() { sqlite3_vfs_unregister(&registration_->vfs); }

void FaultDisk::fail(DiskCall call, int nth, int code, bool sticky) {
  const std::lock_guard guard(mutex_);
  failing_ = call;
  fault_.reset();
  struck_.reset();
  calls_until_failure_ = nth;
  failure_code_ = code;
  sticky_ = sticky;
}

void FaultDisk::fail_any(int nth, Fault fault, bool sticky) {
  const std::lock_guard guard(mutex_);
  failing_.reset();
  fault_ = fault;
  struck_.reset();
  calls_until_failure_ = nth;
  sticky_ = sticky;
}

std::optional<DiskCall> FaultDisk::struck() {
  const std::lock_guard guard(mutex_);
  return struck_;
}

void FaultDisk::fill_up_after(std::int64_t bytes) {
  const std::lock_guard guard(mutex_);
  filling_up_ = true;
  space_bytes_ = bytes;
}

void FaultDisk::heal() {
  const std::lock_guard guard(mutex_);
  calls_until_failure_ = 0;
  filling_up_ = false;
}

Strike FaultDisk::on_call(DiskCall call) {
  const std::lock_guard guard(mutex_);
  if (calls_until_failure_ == 0) return {};
  Strike strike;
  if (fault_) strike = strike_of(*fault_, call);
  else if (failing_ == call) strike.code = failure_code_;
  if (strike.code == SQLITE_OK) return {};
  if (calls_until_failure_ > 1) {
    --calls_until_failure_;
    return {};
  }
  if (fault_ == Fault::kill) ::raise(SIGKILL);
  if (!sticky_) calls_until_failure_ = 0;
  if (!struck_) struck_ = call;
  return strike;
}

void FaultDisk::hold_syncs() {
  const std::lock_guard guard(mutex_);
  holding_ = true;
}

void FaultDisk::wait_for_held_sync() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return held_ > 0; });
}

void FaultDisk::let_syncs_go() {
  const std::lock_guard guard(mutex_);
  holding_ = false;
  changed_.notify_all();
}

int FaultDisk::syncs() {
  const std::lock_guard guard(mutex_);
  return syncs_;
}

void FaultDisk::on_sync() {
  std::unique_lock lock(mutex_);
  ++syncs_;
  ++held_;
  changed_.notify_all();
  changed_.wait(lock, [this] { return !holding_; });
  --held_;
}

bool FaultDisk::takes_growth(std::int64_t bytes) {
  const std::lock_guard guard(mutex_);
  if (!filling_up_ || bytes <= 0) return true;
  if (space_bytes_ < bytes) return false;
  space_bytes_ -= bytes;
  return true;
}

bool FaultDisk::note(DiskEvent event) {
  const std::lock_guard guard(mutex_);
  if (!recording_) return false;
  if (look_beside_) look_beside_(record_.events);
  record_.events.push_back(std::move(event));
  return true;
}

void FaultDisk::look_beside(std::function<void(std::vector<DiskEvent>&)> look) {
  const std::lock_guard guard(mutex_);
  look_beside_ = std::move(look);
}

void FaultDisk::record(DiskImage before) {
  const std::lock_guard guard(mutex_);
  record_ = {.before = std::move(before), .events = {}};
  recording_ = true;
}

void FaultDisk::acknowledge(std::int64_t number) {
  note({.kind = Kind::acknowledge, .number = number});
}

Recording FaultDisk::take_recording() {
  const std::lock_guard guard(mutex_);
  recording_ = false;
  return std::move(record_);
}

}  // namespace kontor::test
