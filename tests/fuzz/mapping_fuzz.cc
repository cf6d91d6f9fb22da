// Whatever is given as a mapping: it is refused with a pointer and a reason, or it maps a file, and
// what is written out of that is a mapping again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "base/limits.h"
#include "crm/imports/import_explain.h"
#include "model/registry.h"

namespace {

constexpr const char* k_rows =
    "Name,First name,E-mail,Born,Price,Notes\n"
    "Ada King Lovelace,Ada,ada@example.com,03/04/1990,\"1,234\",\"a / b\"\n"
    ",'x',,,,\n";

// Not assert(): this must hold in every build.
void require(bool holds) {
  if (!holds) std::abort();
}

kontor::Result<kontor::crm::ImportExplanation> explained(const std::string& collection,
                                                         const std::string& map) {
  std::istringstream file(k_rows);
  const kontor::crm::ImportOptions options{.file = &file, .map_json = map};
  return kontor::crm::explain_import(*kontor::model::find_entity(collection), options, "USD");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string map(reinterpret_cast<const char*>(data), size);
  for (const char* collection : {"contacts", "products", "orders"}) {
    const auto told = explained(collection, map);
    if (!told.ok()) {
      require(told.error().kind == "bad_map" && !told.error().fields.empty());
      for (const auto& field : told.error().fields) require(!field.code.empty());
      continue;
    }
    const std::string written = kontor::crm::mapping_json(*told);
    if (written.size() > kontor::limits::import_map_bytes) continue;
    require(explained(collection, written).ok());
    require(!kontor::crm::to_json(*told).empty());
  }
  return 0;
}
