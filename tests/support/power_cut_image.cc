#include <algorithm>

#include "support/power_cut_vfs.h"

namespace kontor::test {
namespace {

constexpr std::size_t k_sector_bytes = 512;

using Kind = DiskEvent::Kind;

void put(std::string& file, std::size_t at, std::string_view bytes) {
  if (file.size() < at + bytes.size()) file.resize(at + bytes.size(), '\0');
  std::copy(bytes.begin(), bytes.end(), file.begin() + static_cast<std::ptrdiff_t>(at));
}

// Some sectors of the write arrived, others did not.
void tear(std::string& file, const DiskEvent& event, std::mt19937& random) {
  const std::string_view bytes = event.bytes;
  for (std::size_t done = 0; done < bytes.size(); done += k_sector_bytes) {
    if (random() % 2 == 0) continue;
    put(file, static_cast<std::size_t>(event.number) + done, bytes.substr(done, k_sector_bytes));
  }
}

void apply(DiskImage& image, const DiskEvent& event) {
  const auto at = static_cast<std::size_t>(event.number);
  if (event.kind == Kind::write) put(image[event.file], at, event.bytes);
  if (event.kind == Kind::truncate) image[event.file].resize(at, '\0');
  if (event.kind == Kind::remove) image.erase(event.file);
}

std::map<std::string, std::size_t> last_syncs(const std::vector<DiskEvent>& events,
                                              std::size_t point) {
  std::map<std::string, std::size_t> syncs;
  for (std::size_t at = 0; at < point; ++at) {
    if (events[at].kind == Kind::sync) syncs[events[at].file] = at;
  }
  return syncs;
}

}  // namespace

DiskImage Recording::cut(std::size_t point, std::mt19937& random) const {
  DiskImage image = before;
  const auto syncs = last_syncs(events, point);
  const unsigned kept_of_three = random() % 4;  // some disks keep almost all, some next to nothing
  for (std::size_t at = 0; at < point; ++at) {
    const DiskEvent& event = events[at];
    const auto sync = syncs.find(event.file);
    const bool durable = sync != syncs.end() && at < sync->second;
    if (durable || event.kind == Kind::remove || random() % 3 < kept_of_three) {
      apply(image, event);
    } else if (event.kind == Kind::write && random() % 3 == 0) {
      tear(image[event.file], event, random);
    }
  }
  return image;
}

std::set<std::int64_t> Recording::acknowledged(std::size_t point) const {
  std::set<std::int64_t> numbers;
  for (std::size_t at = 0; at < point; ++at) {
    if (events[at].kind == Kind::acknowledge) numbers.insert(events[at].number);
  }
  return numbers;
}

}  // namespace kontor::test
