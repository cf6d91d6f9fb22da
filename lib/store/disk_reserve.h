// Space kept aside on the database's disk, so that a full disk can still be cleaned up: without
// room for a checkpoint SQLite cannot even delete.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace kontor::store {

// Bytes that this user may still write on the disk of `folder`; 0 if that cannot be read.
std::int64_t free_bytes(const std::filesystem::path& folder);

// Where the reserve of a database is.
std::filesystem::path reserve_file(const std::filesystem::path& database);

class DiskReserve {
 public:
  // `bytes` 0: none is kept.
  DiskReserve(std::filesystem::path file, std::size_t bytes);

  // Allocates the file if it is not there in full. False if the disk has no room for it.
  bool take();
  bool is_taken() const;
  // Gives the space back to the disk.
  void release();
  // Is there room for the reserve and as much again? Asking for twice the reserve keeps the store
  // from going back and forth at the edge.
  bool has_room() const;

 private:
  std::filesystem::path file_;
  std::size_t bytes_;
};

}  // namespace kontor::store
