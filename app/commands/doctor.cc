#include <algorithm>

#include "base/json_writer.h"
#include "composition.h"
#include "diagnosis.h"
#include "exit_code.h"
#include "verbs.h"

namespace kontor::app {
namespace {

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::fine: return "fine";
    case Verdict::attention: return "attention";
    case Verdict::broken: return "broken";
    case Verdict::corrupt: return "corrupt";
  }
  return "";
}

Verdict worst_of(const std::vector<Finding>& findings) {
  Verdict worst = Verdict::fine;
  for (const Finding& finding : findings) worst = std::max(worst, finding.verdict);
  return worst;
}

int exit_of(Verdict worst) {
  if (worst == Verdict::corrupt) return k_exit_verification;
  return worst == Verdict::broken ? k_exit_failed : k_exit_ok;
}

std::string as_text(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text.append(name_of(finding.verdict)).append("  ").append(finding.name).append(": ");
    text.append(finding.meaning).append("\n");
    for (const std::string& detail : finding.details) text.append("    " + detail + "\n");
    if (!finding.hint.empty() && finding.verdict != Verdict::fine) {
      text.append("    try: " + finding.hint + "\n");
    }
  }
  return text;
}

std::string as_json(const std::vector<Finding>& findings, Verdict worst) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("verdict").string(name_of(worst)).key("checks").begin_array();
  for (const Finding& finding : findings) {
    out.begin_object().key("name").string(finding.name);
    out.key("verdict").string(name_of(finding.verdict)).key("meaning").string(finding.meaning);
    out.key("details").begin_array();
    for (const std::string& detail : finding.details) out.string(detail);
    out.end_array().key("try");
    out.string(finding.verdict == Verdict::fine ? "" : finding.hint).end_object();
  }
  out.end_array().end_object();
  return text;
}

class Doctor final : public Command {
 public:
  void define(Syntax&) override {}

  Result<int> run(const Session& session) override {
    TRY(check_there(session));
    const std::vector<Finding> findings = diagnose(session);
    const Verdict worst = worst_of(findings);
    session.output.print(session.flags.json ? as_json(findings, worst) : as_text(findings));
    return exit_of(worst);
  }

 private:
  // With settings that cannot be read nobody knows where the directory is: diagnose() tells that.
  static Result<void> check_there(const Session& session) {
    const auto config = session.settings();
    if (!config.ok()) return {};
    const std::filesystem::path data = data_path(*config);
    std::error_code failure;
    if (std::filesystem::exists(data / "kontor.db", failure)) return {};
    return Error{.code = Code::not_initialised,
                 .message = data.string() + " is no data directory.",
                 .hint = "kontor init --data " + data.string()};
  }
};

}  // namespace

std::unique_ptr<Command> make_doctor() { return std::make_unique<Doctor>(); }

}  // namespace kontor::app
