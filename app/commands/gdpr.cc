#include <array>
#include <filesystem>

#include "base/json.h"
#include "exit_code.h"
#include "operations/run_operation.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr std::array<std::string_view, 2> k_actions = {"export", "erase"};

Error usage(std::string message, std::string hint) {
  return {
      .code = Code::usage, .message = std::move(message), .kind = "usage", .hint = std::move(hint)};
}

std::string count_at(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->integer() != nullptr ? std::to_string(*value->integer()) : "0";
}

std::string export_text(const Json& told, const std::string& file) {
  std::string text;
  for (const auto& [name, count] : *told.find("records")->object())
    text += (text.empty() ? "" : ", ") + std::to_string(*count.integer()) + " " + name;
  return file + ": " + text + ", " + count_at(told, "changes") + " changes\n";
}

std::string erase_text(const Json& told) {
  return "erased " + *told.find("id")->string() + ": " + count_at(told, "records") +
         " records emptied, " + count_at(told, "changes") + " rows of their history, " +
         count_at(told, "external_ids") + " names in other systems, " +
         count_at(told, "import_rows") + " rejected rows of imports\n";
}

// A file that takes its name when it is whole.
class PartFile {
 public:
  explicit PartFile(std::string path) : path_(std::move(path)), part_(path_ + ".part") {}
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  ~PartFile() {
    std::error_code ignored;
    std::filesystem::remove(part_, ignored);
  }

  Result<UniqueFd> open() const { return open_for_writing(part_); }
  Result<void> finish() const {
    std::error_code failure;
    std::filesystem::rename(part_, path_, failure);
    if (!failure) return {};
    return Error{.code = Code::io_error,
                 .message = path_ + " cannot be written: " + failure.message() + "."};
  }

 private:
  std::string path_, part_;
};

class Gdpr final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument("ACTION", action_, "export or erase", true, k_actions);
    syntax.argument("ID", id_, "The id of a customer or contact.", true);
    syntax.text("--out", out_, "FILE", "export: the ZIP archive to make.");
    syntax.flag("--yes", yes_, "erase: really; it cannot be taken back.");
  }

  Result<int> run(const Session& session) override {
    TRY(check_choice("action", action_, k_actions));
    return action_ == "export" ? export_data(session) : erase(session);
  }

 private:
  OperationCall call() const { return {.arguments = Json(JsonObject{{"id", Json(id_)}})}; }

  Result<int> export_data(const Session& session) const {
    if (out_.empty())
      return usage("--out FILE is missing: where the archive goes.",
                   "kontor gdpr export " + id_ + " --out person.zip");
    const PartFile file(out_);
    OperationCall asked = call();
    asked.files.push_back(TRY(file.open()));
    const std::string told = TRY(run_operation(session, {}, "gdpr.export", std::move(asked)));
    TRY(file.finish());
    session.output.print(session.flags.json ? told : export_text(TRY(parse_json(told)), out_));
    return k_exit_ok;
  }

  Result<int> erase(const Session& session) const {
    if (!yes_)
      return usage("Erasing cannot be taken back, so it wants --yes.",
                   "kontor gdpr export " + id_ + " --out person.zip, then erase " + id_ + " --yes");
    const std::string told = TRY(run_operation(session, {}, "gdpr.erase", call()));
    const Json json = TRY(parse_json(told));
    session.output.print(session.flags.json ? told : erase_text(json));
    const Json* emptied = json.find("log_emptied");
    if (emptied != nullptr && emptied->boolean() != nullptr && !*emptied->boolean())
      session.output.note(
          "a long read, such as an export, keeps old pages in the write-ahead log; they go when it "
          "has ended and the server checkpoints or stops");
    return k_exit_ok;
  }

  std::string action_, id_, out_;
  bool yes_ = false;
};

}  // namespace

std::unique_ptr<Command> make_gdpr() { return std::make_unique<Gdpr>(); }

}  // namespace kontor::app
