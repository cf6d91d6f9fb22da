#include "api/problem.h"

#include <algorithm>

#include "base/json_writer.h"

namespace kontor::api {
namespace {

struct CodeName {
  Code code;
  std::string_view name;  // its row in k_types
};

// Codes of the command line that are not here cannot come from a request; they count as internal.
constexpr CodeName k_codes[] = {
    {Code::malformed, "malformed"},
    {Code::invalid, "invalid"},
    {Code::unauthenticated, "unauthenticated"},
    {Code::forbidden, "forbidden"},
    {Code::not_found, "not_found"},
    {Code::conflict, "conflict"},
    {Code::stale, "stale"},
    {Code::precondition_required, "precondition_required"},
    {Code::too_large, "too_large"},
    {Code::unsupported, "unsupported_media_type"},
    {Code::limited, "quota_exceeded"},
    {Code::busy, "busy"},
    {Code::unavailable, "unavailable"},
    {Code::commit_unknown, "commit_unknown"},
    {Code::disk_full, "disk_full"},
    {Code::io_error, "unavailable"},
    {Code::internal, "internal"},
};

constexpr ProblemType k_types[] = {
    {"malformed", 400, "The request cannot be read",
     "The body is not JSON of RFC 8259, or a header or parameter is not of the form that is asked "
     "for. The same request will fail again."},
    {"bad_json", 400, "The body is not a JSON object",
     "JSON of RFC 8259 in UTF-8, an object, without duplicate names and not nested deeper than "
     "64."},
    {"invalid_parameter", 400, "A parameter cannot be accepted",
     "`errors` names every parameter that is wrong; its pointer is the parameter's name behind a "
     "question mark."},
    {"unknown_field", 400, "A name is not known", "`errors` lists the names that do not exist."},
    {"bad_request", 400, "The request is not proper HTTP",
     "Framing, a header or the path breaks HTTP's rules; the connection is closed."},
    {"bad_file", 400, "The file cannot be read", "`detail` says what is wrong with it, and where."},
    {"bad_csv", 400, "The file cannot be read", "`detail` says what is wrong with it, and where."},
    {"unauthenticated", 401, "Log-in needed", "The request carries no valid session or token."},
    {"link_refused", 401, "The link does not work",
     "Links work once and for half an hour; only the newest counts. Have another one made."},
    {"sign_in_failed", 401, "Signing in has failed",
     "The e-mail address, the password or the code is wrong, or there were too many tries. The "
     "answer is the same for all of these."},
    {"forbidden", 403, "Not allowed", "The account may see this, but not do it."},
    {"confirmation_failed", 403, "That was not your password or code",
     "Or there were too many tries: wait."},
    {"confirmation_required", 403, "Say once more who you are",
     "Dangerous actions ask a browser for the password or a code of the last ten minutes: "
     "`POST /api/v1/session/confirm`, then again."},
    {"cross_site", 403, "Asked for by a page of another site",
     "A browser that has signed in takes orders from our own pages alone. Programs use an API "
     "token; pages of other sites too, and must be listed in the setting `cors_origins`."},
    {"exceeds_own_rights", 403, "More than you may do yourself",
     "Nobody gives a role that may do more than she may, or manages who may do more."},
    {"second_factor_required", 403, "A second factor comes first",
     "This firm asks for one (setting `require_totp`): `POST /api/v1/me/totp`, then confirm it."},
    {"not_found", 404, "Not found",
     "There is no such path or record, or the record is in the trash: ask with `trash=only`."},
    {"method_not_allowed", 405, "Method not allowed",
     "The header `Allow` lists what the path takes."},
    {"head_timeout", 408, "The request took too long",
     "Its head did not arrive in time. Send it again on a new connection."},
    {"body_timeout", 408, "The body came too slowly", "Send it again on a new connection."},
    {"conflict", 409, "In conflict with what is stored",
     "The change breaks a rule about other records: often a value that must be unique is taken. "
     "`errors` names the field."},
    {"built_in_role", 409, "The role is a part of the program",
     "Built-in roles stay as they are: make one of your own."},
    {"role_in_use", 409, "Users have this role", "Give them another one first."},
    {"too_many", 409, "No more of them fit", "`detail` says how many there can be."},
    {"email_taken", 409, "The e-mail address is taken", "Another user has it."},
    {"last_owner", 409, "This is the last owner",
     "Somebody must be able to manage the accounts: give another user the role `owner` first."},
    {"set_up_already", 409, "Kontor is set up already", "Sign in, or have someone make a link."},
    {"no_offer", 409, "No second factor is offered", "Ask for one first: `POST /api/v1/me/totp`."},
    {"no_second_factor", 409, "There is no second factor", "Take one first."},
    {"second_factor_active", 409, "There is a second factor already", "Remove it first."},
    {"too_many_tokens", 409, "No more API tokens", "Revoke those that are not used."},
    {"backup_running", 409, "A backup is being made or proven already",
     "One at a time: `GET /api/v1/backups` tells how it goes."},
    {"import_restored", 409, "A whole export is not taken back",
     "It went into an empty instance: begin with another empty one."},
    {"import_running", 409, "The file is being imported already",
     "It waits, or is at work: look at the import, and wait for its end."},
    {"import_too_large", 409, "Too many rows to take back in one request",
     "`kontor import undo` has no limit."},
    {"import_undone", 409, "The import is undone already", "An import is taken back once."},
    {"upload_offset", 409, "The piece does not follow what is there",
     "Go on at the byte that the upload names."},
    {"insufficient_stock", 409, "Not enough stock",
     "`errors` points to each line that cannot be served. Nothing was reserved."},
    {"move_not_allowed", 409, "This step is not possible now",
     "The state of the record does not allow the action; `allowed` lists those that it does."},
    {"no_lines", 409, "The order has no lines", "Add a line before confirming the order."},
    {"not_in_trash", 409, "The record is not in the trash",
     "Only deleted records can be restored."},
    {"order_cancelled", 409, "The order is cancelled", "A cancelled order takes no payments."},
    {"order_in_trash", 409, "The order is in the trash", "Restore the order first."},
    {"order_is_paid", 409, "Money is held for the order", "Refund its payments first."},
    {"order_locked", 409, "The order can no longer be changed so",
     "What the customer agreed to is fixed once the order leaves the draft."},
    {"payment_locked", 409, "The payment can no longer be changed so",
     "Money that was received is refunded, not edited."},
    {"reference", 409, "Another record is in the way",
     "A record that is referred to does not exist, or others still refer to this one."},
    {"unique", 409, "The value is taken",
     "Another record has this value already, and it must be unique. `errors` names the field."},
    {"length_required", 411, "The length is missing", "Send the body with `Content-Length`."},
    {"stale", 412, "The record was changed meanwhile",
     "`If-Match` names another version than the current one, which `current` holds."},
    {"too_large", 413, "Something is too large", "A value is larger than what is stored."},
    {"body_too_large", 413, "The body is too large", "The limit for JSON is 1 MiB."},
    {"target_too_long", 414, "The address is too long", "The limit is 8 KiB."},
    {"unsupported_file", 415, "A file of this form is not read",
     "CSV, JSON lines and vCards are: export it as one of these."},
    {"unsupported_media_type", 415, "The body has a type that is not taken",
     "Send `application/json`; `PATCH` takes `application/merge-patch+json` too."},
    {"unknown_expectation", 417, "The expectation is not known",
     "The only `Expect` that is known is `100-continue`."},
    {"unknown_host", 421, "This server does not answer for that host",
     "The setting `allowed_hosts` lists the names that are answered."},
    {"bad_map", 422, "The map does not fit the file",
     "`errors` names the columns that the file lacks and the fields that do not exist."},
    {"bad_policy", 422, "A policy names no field", "`detail` has the nearest name."},
    {"missing_columns", 422, "The file lacks columns",
     "`errors` names the fields that every row needs: map a column to each."},
    {"invalid", 422, "The data cannot be accepted",
     "`errors` names every field that breaks a rule."},
    {"no_such_user", 422, "There is no such user", "Name one by her e-mail address or id."},
    {"check", 422, "The data breaks a rule of the database",
     "The values do not fit together; `detail` names the rule."},
    {"wrong_code", 422, "This is no code of it",
     "Or it was used already, or one of the clocks is wrong by more than 30 s."},
    {"validation_failed", 422, "The data cannot be accepted",
     "`errors` names every field that breaks a rule, all at once."},
    {"idempotency_mismatch", 422, "The key was used for another request",
     "An `Idempotency-Key` belongs to one request: same method, path and body. Take a new one."},
    {"precondition_required", 428, "If-Match is needed",
     "This server asks every change to name the version that it is based on, so that nobody "
     "overwrites what another has written."},
    {"quota_exceeded", 429, "Too many requests",
     "Wait as long as `Retry-After` says. `RateLimit-Policy` names the limit, `RateLimit` what is "
     "left of it; the setting `rate_limit` is the operator's."},
    {"headers_too_large", 431, "The headers are too large",
     "The limits are 16 KiB and 100 fields."},
    {"internal", 500, "An error of the server",
     "Not your mistake. The log has the details under the request id."},
    {"unknown_method", 501, "Not implemented", "The method or coding is not one that is served."},
    {"busy", 503, "Busy", "Too much is waiting or the read took too long. Try again shortly."},
    {"commit_unknown", 503, "The outcome is not known",
     "The disk failed while the change was made durable. Ask whether it is there, or repeat the "
     "request with the same `Idempotency-Key`."},
    {"unavailable", 503, "Not available", "The server is starting, stopping, or its disk failed."},
    {"read_only", 503, "The server is read-only",
     "Its disk failed several times in a row. Reading works; an operator has to look at the disk."},
    {"too_many_connections", 503, "Too many connections", "Keep fewer open, or wait."},
    {"unsupported_version", 505, "HTTP version not supported", "Use HTTP/1.1."},
    {"disk_full", 507, "The disk is full", "Reading works; changes wait for space."},
};

std::string_view name_of(Code code) {
  for (const CodeName& row : k_codes)
    if (row.code == code) return row.name;
  return "internal";
}

// The row that documents an error: its kind's, if that is a documented one, else its Code's.
const ProblemType& type_of(const Error& error) {
  const ProblemType* own = error.kind.empty() ? nullptr : find_problem(error.kind);
  return own != nullptr ? *own : *find_problem(name_of(error.code));
}

void write_errors(JsonWriter& out, const std::vector<FieldError>& fields) {
  out.key("errors").begin_array();
  for (const FieldError& field : fields) {
    out.begin_object().key("pointer").string(field.pointer).key("code").string(field.code);
    out.key("detail").string(field.detail).end_object();
  }
  out.end_array();
}

struct Head {
  int status;
  std::string_view page;  // row of the table that explains it
  std::string_view code;
  std::string_view title;
  std::string_view detail;
};

void write_head(JsonWriter& out, const Head& head, std::string_view request_id) {
  out.key("type").string("/docs/problems/" + std::string(head.page));
  out.key("title").string(head.title).key("status").integer(head.status);
  out.key("detail").string(head.detail).key("code").string(head.code);
  out.key("request_id").string(request_id);
}

http::Response response(int status, std::string body) {
  return {.status = status,
          .headers = {{"Cache-Control", "no-store"}},
          .content_type = "application/problem+json",
          .body = std::move(body)};
}

const ProblemType& row_for(int status, std::string_view code) {
  if (const ProblemType* own = find_problem(code); own != nullptr) return *own;
  if (status == 400) return *find_problem("bad_request");
  for (const ProblemType& row : k_types)
    if (row.status == status) return row;
  return *find_problem(status < 500 ? "bad_request" : "internal");
}

}  // namespace

std::span<const ProblemType> problem_types() { return k_types; }

const ProblemType* find_problem(std::string_view code) {
  const auto* found = std::find_if(std::begin(k_types), std::end(k_types),
                                   [&](const ProblemType& row) { return row.code == code; });
  return found == std::end(k_types) ? nullptr : found;
}

int status_of(Code code) { return find_problem(name_of(code))->status; }

std::string_view code_of(const Error& error) {
  return error.kind.empty() ? name_of(error.code) : std::string_view(error.kind);
}

std::string problem_json(const Error& error, std::string_view request_id) {
  const ProblemType& type = type_of(error);
  // What a bug or a broken disk has to say is for the log: it names files and statements.
  const bool is_private = status_of(error.code) == 500 || error.code == Code::io_error;
  const Head head{.status = status_of(error.code),
                  .page = type.code,
                  .code = code_of(error),
                  .title = type.title,
                  .detail = is_private || error.message.empty() ? type.meaning
                                                                : std::string_view(error.message)};
  std::string body;
  JsonWriter out(body);
  out.begin_object();
  write_head(out, head, request_id);
  write_errors(out, error.fields);
  if (error.kind == "move_not_allowed" || !error.allowed.empty()) {
    out.key("allowed").begin_array();
    for (const std::string& move : error.allowed) out.string(move);
    out.end_array();
  }
  if (!error.current.empty()) out.key("current").raw(error.current);
  if (!is_private && !error.hint.empty()) out.key("hint").string(error.hint);
  out.end_object();
  return body;
}

http::Response problem(const Error& error, std::string_view request_id) {
  const int status = status_of(error.code);
  http::Response reply = response(status, problem_json(error, request_id));
  if (status == 503) reply.with("Retry-After", "1");
  if (status == 401) reply.with("WWW-Authenticate", "Bearer realm=\"kontor\"");
  return reply;
}

http::Response refusal(int status, std::string_view code, std::string_view detail,
                       std::string_view request_id) {
  const ProblemType& type = row_for(status, code);
  const Head head{.status = status,
                  .page = type.code,
                  .code = code.empty() ? type.code : code,
                  .title = type.title,
                  .detail = detail.empty() ? type.meaning : detail};
  std::string body;
  JsonWriter out(body);
  out.begin_object();
  write_head(out, head, request_id);
  write_errors(out, {});
  out.end_object();
  return response(status, std::move(body));
}

}  // namespace kontor::api
