#include "crm/audit/audit_list.h"

#include <vector>

#include "base/civil.h"
#include "base/email.h"
#include "base/json_writer.h"
#include "crm/audit/chain.h"
#include "crm/organisation/organisation_record.h"
#include "model/registry.h"

namespace kontor::crm {
namespace {

using store::Statement;

constexpr std::string_view k_select =
    "SELECT c.seq, c.at, c.collection, c.record_uid, c.action, c.version, u.uid, u.email, u.name, "
    "c.via, c.address, c.request_id, c.diff, c.salt IS NULL AND c.digest IS NOT NULL, c.hash "
    "FROM changes c LEFT JOIN users u ON u.id = c.actor_id WHERE c.seq < ?";
enum Column {
  seq,
  at,
  collection,
  record,
  action,
  version,
  actor,
  email,
  name,
  via,
  address,
  request,
  content,
  erased,
  hash
};

// The statement's text and what is bound to its marks, in their order.
class Conditions {
 public:
  explicit Conditions(const AuditQuery& query) {
    add_integer("", query.before_seq);
    if (query.since_ms) add_integer(" AND c.at >= ?", *query.since_ms);
    if (query.until_ms) add_integer(" AND c.at < ?", *query.until_ms);
    // Events of other collections have an index of their own.
    if (!query.collection.empty())
      add_text(model::find_entity(query.collection) == nullptr && query.collection != k_organisation
                   ? " AND c.version = 0 AND c.collection = ?"
                   : " AND c.collection = ?",
               query.collection);
    if (!query.action.empty()) add_text(" AND c.action = ?", query.action);
    if (query.record) add_blob(" AND c.record_uid = ?", query.record->blob());
  }

  void add_integer(std::string_view sql, std::int64_t value) {
    sql_ += sql;
    values_.push_back({.integer = value});
  }
  void add_plain(std::string_view sql) { sql_ += sql; }

  const std::string& sql() const { return sql_; }

  int bind(Statement& statement) const {
    int index = 0;
    for (const Value& value : values_) {
      ++index;
      if (value.integer) {
        statement.bind(index, *value.integer);
      } else if (value.is_blob) {
        statement.bind(index, store::Blob{value.text});
      } else {
        statement.bind(index, std::string_view(value.text));
      }
    }
    return index;
  }

 private:
  struct Value {
    std::optional<std::int64_t> integer{};
    std::string text{};
    bool is_blob = false;
  };
  void add_text(std::string_view sql, std::string_view value) {
    sql_ += sql;
    values_.push_back({.text = std::string(value)});
  }
  void add_blob(std::string_view sql, std::string_view value) {
    sql_ += sql;
    values_.push_back({.text = std::string(value), .is_blob = true});
  }

  std::string sql_;
  std::vector<Value> values_;
};

std::optional<std::int64_t> find_user(store::ReadTx& tx, std::string_view user) {
  if (const auto id = Uuid::parse(user)) {
    Statement row = tx.prepare("SELECT id FROM users WHERE uid = ?");
    row.with(store::Blob{id->blob()});
    if (row.step()) return row.integer(0);
    return std::nullopt;
  }
  const auto email = normal_email(user);
  if (!email) return std::nullopt;
  Statement row = tx.prepare(
      "SELECT id FROM users WHERE email_norm = ? ORDER BY deleted_at IS NOT NULL, id DESC LIMIT 1");
  row.with(std::string_view(*email));
  if (row.step()) return row.integer(0);
  return std::nullopt;
}

Result<void> add_user(store::ReadTx& tx, const std::string& user, Conditions& conditions) {
  if (user.empty()) return {};
  if (user == "program") {
    conditions.add_plain(" AND c.actor_id IS NULL");
    return {};
  }
  const auto id = find_user(tx, user);
  if (id) {
    conditions.add_integer(" AND c.actor_id = ?", *id);
    return {};
  }
  return Error{.code = Code::invalid,
               .message = "There is no such user.",
               .kind = "no_such_user",
               .hint = "kontor user list"};
}

std::string hex_of(std::string_view bytes) {
  constexpr char k_hex[] = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text.push_back(k_hex[static_cast<unsigned char>(byte) >> 4]);
    text.push_back(k_hex[static_cast<unsigned char>(byte) & 0x0F]);
  }
  return text;
}

void write_actor(JsonWriter& out, const Statement& row) {
  out.key("actor");
  if (row.is_null(actor)) {
    out.null();
    return;
  }
  out.begin_object().key("id").string(Uuid::from_blob(row.blob(actor)).text());
  out.key("email").string(row.text(email)).key("name").string(row.text(name)).end_object();
}

void write_content(JsonWriter& out, const Statement& row) {
  const bool is_event = row.integer(version) == 0;
  const bool is_there = !row.text(content).empty();
  out.key("diff");
  !is_event&& is_there ? out.raw(row.text(content)) : out.null();
  out.key("detail");
  is_event&& is_there ? out.raw(row.text(content)) : out.null();
  out.key("erased").boolean(row.integer(erased) != 0);
}

void write_row(JsonWriter& out, const Statement& row) {
  const Uuid id = Uuid::from_blob(row.blob(record));
  out.begin_object().key("seq").integer(row.integer(seq));
  out.key("at").string(format_instant(row.integer(at)));
  write_actor(out, row);
  out.key("via").string(row.text(via)).key("address").string(row.text(address));
  out.key("request_id").string(row.text(request));
  out.key("collection").string(row.text(collection)).key("id");
  id == Uuid{} ? out.null() : out.string(id.text());
  out.key("action").string(row.text(action)).key("version");
  row.integer(version) == 0 ? out.null() : out.integer(row.integer(version));
  write_content(out, row);
  out.key("hash");
  row.is_null(hash) ? out.null() : out.string(hex_of(row.blob(hash)));
  out.end_object();
}

}  // namespace

Result<std::string> list_audit(store::ReadTx& tx, const AuditQuery& query) {
  Conditions conditions(query);
  TRY(add_user(tx, query.user, conditions));
  Statement row =
      tx.prepare(std::string(k_select) + conditions.sql() + " ORDER BY c.seq DESC LIMIT ?");
  const int bound = conditions.bind(row);
  row.bind(bound + 1, std::int64_t{query.limit} + 1);
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("data").begin_array();
  int shown = 0;
  std::int64_t last = 0;
  bool more = false;
  while (row.step()) {
    more = shown == query.limit;
    if (more) break;
    write_row(out, row);
    last = row.integer(seq);
    ++shown;
  }
  out.end_array().key("count").integer(shown).key("has_more").boolean(more).key("next_cursor");
  more ? out.string(std::to_string(last)) : out.null();
  out.end_object();
  return text;
}

std::optional<std::int64_t> parse_moment(std::string_view text) {
  if (const auto at = parse_instant(text)) return at;
  if (!parse_date(text)) return std::nullopt;
  return parse_instant(std::string(text) + "T00:00:00Z");
}

}  // namespace kontor::crm
