#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/json.h"
#include "base/limits.h"
#include "exit_code.h"
#include "operations/descriptor_stream.h"
#include "operations/run_operation.h"
#include "read_only.h"
#include "sql_output.h"
#include "store/free_sql.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr std::int64_t k_longest_s = 24 * 3600;

// A reader makes the files of the write-ahead log where there are none: as another user's, they
// would lock the server out.
Result<void> check_directory(const std::filesystem::path& data) {
  struct stat entry {};
  if (::stat((data / "kontor.db").c_str(), &entry) != 0) {
    return Error{.code = Code::not_initialised,
                 .message = data.string() + " is no data directory.",
                 .hint = "kontor init --data " + data.string()};
  }
  if (entry.st_uid == ::geteuid()) return {};
  return Error{.code = Code::forbidden,
               .message = data.string() + " belongs to user " + std::to_string(entry.st_uid) +
                          ", this process runs as user " + std::to_string(::geteuid()) + ".",
               .kind = "wrong_owner",
               .hint = "run it as the owner"};
}

Result<std::string> read_statements() {
  DescriptorInput input(STDIN_FILENO);
  std::string sql(limits::control_request_bytes / 2, '\0');
  input.read(sql.data(), static_cast<std::streamsize>(sql.size()));
  if (input.gcount() == static_cast<std::streamsize>(sql.size())) {
    return Error{.code = Code::too_large,
                 .message = "The SQL on standard input is too long.",
                 .hint = "give it in parts"};
  }
  sql.resize(static_cast<std::size_t>(input.gcount()));
  return sql;
}

class Sql final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument("STATEMENT", sql_, "one or several; none: from standard input", false);
    syntax.flag("--write", write_, "Rows may be changed. All statements are one transaction.");
    syntax.flag("--csv", csv_, "Rows as CSV with a header.");
    syntax.number("--timeout", timeout_s_, "S",
                  "Seconds after which it is given up. Default: 60, at most 10 with --write.");
  }

  Result<int> run(const Session& session) override {
    if (csv_ && session.flags.json) {
      return Error{.code = Code::usage, .message = "--csv and --json exclude each other."};
    }
    if (sql_.empty()) sql_ = TRY(read_statements());
    if (sql_.find_first_not_of(" \t\r\n;") == std::string::npos) {
      return Error{.code = Code::usage,
                   .message = "A statement is missing.",
                   .kind = "usage",
                   .hint = "kontor sql \"SELECT count(*) FROM customers\""};
    }
    TRY(write_ ? change(session) : look(session));
    return k_exit_ok;
  }

 private:
  std::int64_t timeout_ms() const {
    if (!timeout_s_) return limits::sql_ms;
    return std::clamp<std::int64_t>(*timeout_s_, 1, k_longest_s) * 1000;
  }

  SqlFormat format(const Session& session) const {
    if (csv_) return SqlFormat::csv;
    return session.flags.json ? SqlFormat::json : SqlFormat::table;
  }

  Result<void> look(const Session& session) const {
    const std::filesystem::path data = data_path(TRY(session.settings()));
    TRY(check_directory(data));
    const auto output = SqlOutput::make(format(session), [&](std::string_view text) {
      session.output.print(text);
      return !session.output.is_broken();
    });
    const auto row = [&](std::span<const store::FreeValue> values) -> Result<void> {
      if (output->row(values)) return {};
      return Error{.code = Code::io_error, .message = "The rows cannot be written to stdout."};
    };
    return read_only(data / "kontor.db", [&](store::ReadTx& tx) -> Result<void> {
      return store::run_free_sql(tx, sql_, {session.clock, timeout_ms()},
                                 {.columns = [&](const auto& names) { output->columns(names); },
                                  .row = row,
                                  .end = [&](std::int64_t changes) { output->end(changes); }});
    });
  }

  Result<void> change(const Session& session) const {
    const std::string_view format_name = csv_ ? "csv" : (session.flags.json ? "json" : "table");
    JsonObject arguments = {{"sql", Json(sql_)}, {"format", Json(std::string(format_name))}};
    arguments.emplace_back("timeout_ms", Json(timeout_ms()));
    const std::string result =
        TRY(run_operation(session, {}, "sql.write", {.arguments = Json(std::move(arguments))}));
    const Json answer = TRY(parse_json(result));
    const Json* printed = answer.find("output");
    if (printed != nullptr && printed->string() && !printed->string()->empty()) {
      session.output.print(*printed->string());
    }
    return {};
  }

  std::string sql_;
  bool write_ = false, csv_ = false;
  std::optional<std::int64_t> timeout_s_;
};

}  // namespace

std::unique_ptr<Command> make_sql() { return std::make_unique<Sql>(); }

}  // namespace kontor::app
