// Whatever stands behind the question mark of a list: it is refused with a pointer for each
// mistake, or the statement made of it compiles and runs. Input: a digit that picks the collection,
// then name=value pairs between ampersands.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/limits.h"
#include "crm/list.h"
#include "model/registry.h"
#include "store/connection.h"
#include "store/embedded_schema.h"
#include "store/sql_failure.h"

namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

// Empty, but with the schema and the limits of the server.
kontor::store::Connection& database() {
  static kontor::store::Connection connection(
      {.database = ":memory:", .role = kontor::store::Role::writer});
  static const bool made = [] {
    for (const auto& step : kontor::store::embedded_schema()) {
      connection.run_script(std::string(step.up));
    }
    return true;
  }();
  CHECK(made);
  return connection;
}

Parameters parameters_of(std::string_view text) {
  Parameters parameters;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    parameters.emplace_back(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())));
  }
  return parameters;
}

void check_refusal(const kontor::Error& error) {
  CHECK(error.code == kontor::Code::malformed);
  CHECK(!error.fields.empty());
  for (const auto& field : error.fields) CHECK(field.pointer.starts_with('?'));
}

void check_query(const kontor::crm::ListQuery& query) {
  CHECK(query.limit >= 1 && query.limit <= kontor::limits::page_max);
  CHECK(!query.sort.empty());
  CHECK(query.filters.size() <= static_cast<std::size_t>(kontor::limits::filters));
  kontor::store::ReadTx tx(database());
  const auto page = kontor::crm::list(tx, *kontor::crm::Principal::program(), query);
  CHECK(page.ok() && page->next_cursor.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto entities = kontor::model::entities();
  const auto& entity = *entities[data[0] % entities.size()];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto query =
      kontor::crm::parse_list(entity, parameters_of(text), *kontor::crm::Principal::program());
  if (query.ok()) check_query(*query);
  else check_refusal(query.error());
  return 0;
}
