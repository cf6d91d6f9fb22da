// Whatever bytes come in as JSON lines: the reader says that it is none, or gives rows of the
// header's width and valid text, or rows with a reason.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "base/utf8.h"
#include "crm/imports/formats/reading.h"

namespace {

// Not assert(): this must hold in every build.
void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream file(std::string(reinterpret_cast<const char*>(data), size));
  auto opened = kontor::crm::open_source(file, "file.jsonl", {});
  if (!opened.ok()) return 0;
  const auto header = opened->rows->header();
  if (!header.ok()) {
    require(!header.error().message.empty());
    return 0;
  }
  std::int64_t last = 0;
  while (const auto row = opened->rows->next()) {
    require(row->number >= last);
    last = row->number;
    if (row->fault) {
      require(!row->fault->code.empty() && !row->fault->detail.empty());
      continue;
    }
    require(row->cells.size() == header->size());
    for (const std::string& cell : row->cells) require(kontor::is_utf8(cell));
  }
  return 0;
}
