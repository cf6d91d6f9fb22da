// Remembers beside the database that the disk failed, so that a server which is started again and
// again does not write on a disk that fails again and again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace kontor::store {

struct FailedStart {
  std::int64_t at_ms = 0;  // UTC, by the clock of that moment
  std::string reason;      // one line
};

// A small file, `<database>-failures`, gone when there is nothing to remember. A failure to write
// it is ignored, as the disk it reports is the disk it is on. One process at a time (DataDir's
// lock).
class FailedStarts {
 public:
  explicit FailedStarts(const std::filesystem::path& database);

  std::vector<FailedStart> list() const;
  // So many within ten minutes that the next start must not write. Stays so until forget().
  bool are_too_many() const;

  // Notes a start that has not ended; what is noted stays if the process vanishes before end().
  void begin(std::int64_t now_ms) const;
  // The start was well, or was refused for a reason that says nothing about the disk.
  void end() const;
  // The start that began has failed.
  void end(const std::string& reason) const;
  // A run that had begun well has failed.
  void add(std::int64_t now_ms, const std::string& reason) const;
  void forget() const;

 private:
  void write(const std::vector<FailedStart>& failures) const;

  std::filesystem::path file_;
};

// A sentence on the failures for those who are refused and for the log.
std::string describe(const std::vector<FailedStart>& failures);

}  // namespace kontor::store
