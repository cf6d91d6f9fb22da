#include <array>
#include <filesystem>

#include "audit_proof.h"
#include "backup_making.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "composition.h"
#include "crm/audit/audit_list.h"
#include "exit_code.h"
#include "read_only.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr std::array<std::string_view, 2> k_actions = {"list", "verify"};
constexpr std::int64_t k_rows_max = 100'000;

Error usage(std::string message, std::string hint) {
  return {
      .code = Code::usage, .message = std::move(message), .kind = "usage", .hint = std::move(hint)};
}

std::string text_at(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

// The fields of a change, or the detail of an event.
std::string what_of(const Json& row) {
  if (row.find("erased")->boolean() && *row.find("erased")->boolean()) return "(erased)";
  const Json* detail = row.find("detail");
  if (!detail->is_null()) return detail->object()->empty() ? "" : to_text(*detail);
  std::string names;
  const Json* diff = row.find("diff");
  if (diff->object() != nullptr)
    for (const auto& [name, change] : *diff->object())
      names.append(names.empty() ? "" : ", ").append(name);
  return names;
}

std::string row_text(const Json& row) {
  const Json* actor = row.find("actor");
  std::string text = std::to_string(*row.find("seq")->integer()) + "  " + text_at(row, "at") + "  ";
  text += actor->is_null() ? text_at(row, "via") : text_at(*actor, "email");
  if (const std::string address = text_at(row, "address"); !address.empty()) text += " " + address;
  text += "  " + text_at(row, "collection") + " " + text_at(row, "action");
  if (const std::string id = text_at(row, "id"); !id.empty()) text += " " + id;
  const std::string what = what_of(row);
  return text + (what.empty() ? "" : "  " + what) + "\n";
}

std::string list_text(const Json& page) {
  std::string text;
  for (const Json& row : *page.find("data")->array()) text += row_text(row);
  return text;
}

std::string proof_json(const AuditProof& proof) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("passed").boolean(proof.findings.empty());
  out.key("rows").integer(proof.verdict.rows).key("erased").integer(proof.verdict.erased);
  out.key("before_chain").integer(proof.verdict.before).key("head");
  if (proof.verdict.head) {
    out.begin_object().key("seq").integer(proof.verdict.head->seq);
    out.key("hash").string(hex_of(proof.verdict.head->hash)).end_object();
  } else {
    out.null();
  }
  out.key("heads_compared").integer(proof.heads_compared);
  out.key("findings").begin_array();
  for (const AuditFinding& finding : proof.findings) {
    out.begin_object().key("seq").integer(finding.seq);
    out.key("source").string(finding.source).key("detail").string(finding.what).end_object();
  }
  out.end_array().end_object();
  return text;
}

std::string proof_text(const AuditProof& proof) {
  std::string text = "the audit trail is whole: " + std::to_string(proof.verdict.rows) + " rows";
  if (proof.verdict.erased > 0)
    text += ", " + std::to_string(proof.verdict.erased) + " of them erased";
  if (proof.verdict.before > 0)
    text += ", and " + std::to_string(proof.verdict.before) + " from before the chain";
  text += "\n";
  if (proof.verdict.head)
    text += "it ends at " + std::to_string(proof.verdict.head->seq) + ":" +
            hex_of(proof.verdict.head->hash) + "\n";
  return text + std::to_string(proof.heads_compared) + " heads kept elsewhere agree with it\n";
}

class Audit final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument("ACTION", action_, "list or verify", true, k_actions);
    syntax.text("--since", since_, "TIME", "list: from this time on (RFC 3339, or a day in UTC).");
    syntax.text("--until", until_, "TIME", "list: before this time.");
    syntax.text("--user", user_, "USER",
                "list: what this user did: an e-mail address, an id, or the word program.");
    syntax.text("--collection", collection_, "NAME",
                "list: of this collection: customers, session, exports, backups, …");
    syntax.text("--id", id_, "ID", "list: of this record.");
    syntax.number("--limit", limit_, "N", "list: at most this many rows, the newest. Default: 50.");
    syntax.text("--head", head_, "SEQ:HASH",
                "verify: an end of the trail that was noted elsewhere, as the log tells it.");
  }

  Result<int> run(const Session& session) override {
    TRY(check_choice("action", action_, k_actions));
    const Config config = TRY(session.settings());
    database_ = data_path(config) / "kontor.db";
    std::error_code failure;
    if (!std::filesystem::exists(database_, failure))
      return Error{.code = Code::not_initialised,
                   .message = database_.parent_path().string() + " is no data directory.",
                   .hint = "kontor init --data " + database_.parent_path().string()};
    if (action_ == "list") return list(session);
    return verify(session, TRY(backup_keys_of(config)));
  }

 private:
  static Result<std::optional<std::int64_t>> moment(std::string_view flag,
                                                    const std::string& given) {
    if (given.empty()) return std::optional<std::int64_t>();
    const auto at = crm::parse_moment(given);
    if (at) return at;
    return usage(std::string(flag) + " must be a time such as 2026-11-21T09:00:00Z, or a day.",
                 "kontor audit list " + std::string(flag) + " 2026-11-21");
  }

  Result<crm::AuditQuery> query() const {
    crm::AuditQuery query{.user = user_, .collection = collection_};
    query.since_ms = TRY(moment("--since", since_));
    query.until_ms = TRY(moment("--until", until_));
    if (!id_.empty()) {
      query.record = Uuid::parse(id_);
      if (!query.record) return usage("--id must be the id of a record.", "kontor audit list");
    }
    if (limit_ && (*limit_ < 1 || *limit_ > k_rows_max))
      return usage("--limit must be between 1 and " + std::to_string(k_rows_max) + ".",
                   "kontor audit list --limit 200");
    query.limit = static_cast<int>(limit_.value_or(limits::page_default));
    return query;
  }

  Result<int> list(const Session& session) const {
    const crm::AuditQuery asked = TRY(query());
    const std::string json =
        TRY(read_only(database_, [&](store::ReadTx& tx) { return crm::list_audit(tx, asked); }));
    session.output.print(session.flags.json ? json : list_text(TRY(parse_json(json))));
    return k_exit_ok;
  }

  Result<int> verify(const Session& session, const backup::Keyring& keys) const {
    std::vector<KnownHead> heads = TRY(heads_of_backups(backups_of(database_.parent_path()), keys));
    if (!head_.empty()) {
      const crm::AuditHead head = TRY(given_head());
      heads.push_back({.source = "--head", .head = head});
    }
    const AuditProof proof = TRY(prove_audit(database_, heads));
    if (session.flags.json) session.output.print(proof_json(proof));
    if (proof.findings.empty()) {
      if (!session.flags.json) session.output.print(proof_text(proof));
      return k_exit_ok;
    }
    session.output.fail(failure_of(proof));
    return k_exit_verification;
  }

  Result<crm::AuditHead> given_head() const {
    const auto head = parse_head(head_);
    if (head) return *head;
    return usage("--head must be a number, a colon and 64 hex digits.",
                 "the line \"audit trail\" of the server's log tells one");
  }

  static Error failure_of(const AuditProof& proof) {
    const AuditFinding& first = proof.findings.front();
    Error error{.code = Code::verification_failed,
                .message = "The audit trail is not the one that was written: row " +
                           std::to_string(first.seq) + ": " + first.what + ".",
                .kind = "audit_broken",
                .hint = "keep a copy of the data directory as it is; kontor backup list"};
    for (const AuditFinding& finding : proof.findings)
      error.fields.push_back(
          {finding.source, "wrong", "row " + std::to_string(finding.seq) + ": " + finding.what});
    return error;
  }

  std::string action_, since_, until_, user_, collection_, id_, head_;
  std::optional<std::int64_t> limit_;
  std::filesystem::path database_;
};

}  // namespace

std::unique_ptr<Command> make_audit() { return std::make_unique<Audit>(); }

}  // namespace kontor::app
