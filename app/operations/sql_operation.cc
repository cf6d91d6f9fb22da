#include <algorithm>
#include <array>

#include "base/limits.h"
#include "crm/accounts/account_changes.h"
#include "operations/operation.h"
#include "sql_output.h"
#include "store/free_sql.h"

namespace kontor::app {
namespace {

constexpr std::array<std::string_view, 3> k_formats = {"table", "csv", "json"};

// As JSON text, a table's blanks included, it has to fit into an answer.
constexpr std::size_t k_answer_bytes = limits::control_answer_bytes / 16;

Result<SqlFormat> format_of(std::string_view name) {
  const auto found = std::ranges::find(k_formats, name);
  if (found != k_formats.end()) return static_cast<SqlFormat>(found - k_formats.begin());
  return Error{.code = Code::usage,
               .message = "There is no format " + std::string(name) + ".",
               .kind = "usage",
               .hint = "one of table, csv, json"};
}

Error too_much() {
  return {.code = Code::too_large,
          .message = "The statement gives back more rows than an answer may hold.",
          .kind = "too_many_rows",
          .hint = "read them with kontor sql without --write"};
}

std::string as_result(const std::string& printed) {
  return to_text(Json(JsonObject{{"output", Json(printed)}}));
}

}  // namespace

// Other writers wait for as long as it runs: it is for the rare rescue.
Result<std::string> run_writing_sql(const OperationContext& context, OperationCall& call) {
  const SqlFormat format = TRY(format_of(call.text("format", "table")));
  const std::string sql = call.text("sql");
  const store::FreeSqlLimit limit{
      context.clock, std::clamp<std::int64_t>(call.integer("timeout_ms", limits::sql_ms), 1,
                                              limits::sql_write_ms)};
  return context.store.write([&](store::WriteTx& tx) -> Result<std::string> {
    std::string printed;  // anew, should the store run this twice
    const auto output = SqlOutput::make(format, [&](std::string_view text) {
      printed += text;
      return true;
    });
    std::size_t bytes = 0;
    const auto row = [&](std::span<const store::FreeValue> values) -> Result<void> {
      for (const store::FreeValue& value : values) bytes += value.bytes.size();
      output->row(values);
      return bytes > k_answer_bytes ? Result<void>(too_much()) : Result<void>();
    };
    TRY(store::run_free_sql(tx, sql, limit,
                            {.columns = [&](const auto& names) { output->columns(names); },
                             .row = row,
                             .end = [&](std::int64_t changes) { output->end(changes); }}));
    crm::accounts_changed(tx);  // nobody knows what was changed: rights are read anew
    return as_result(printed);
  });
}

}  // namespace kontor::app
