#include "crm/history.h"

#include <algorithm>

#include "base/civil.h"
#include "base/json_writer.h"

namespace kontor::crm {
namespace {

using store::Statement;

constexpr std::string_view k_columns =
    "SELECT c.seq, c.at, c.collection, c.record_uid, c.action, c.version, u.uid, c.request_id, "
    "c.diff "
    "FROM changes c LEFT JOIN users u ON u.id = c.actor_id ";

std::string change_json(const Statement& row) {
  std::string text;
  JsonWriter out(text);
  out.begin_object()
      .key("seq")
      .integer(row.integer(0))
      .key("at")
      .string(format_instant(row.integer(1)));
  out.key("collection").string(row.text(2)).key("id").string(Uuid::from_blob(row.blob(3)).text());
  out.key("action").string(row.text(4)).key("version").integer(row.integer(5)).key("actor_id");
  row.is_null(6) ? out.null() : out.string(Uuid::from_blob(row.blob(6)).text());
  out.key("request_id").string(row.text(7)).key("diff");
  // Emptied when a person's data were erased.
  row.text(8).empty() ? out.null() : out.raw(row.text(8));
  out.end_object();
  return text;
}

}  // namespace

Result<std::string> history(store::ReadTx& tx, const Uuid& id, int limit, std::int64_t before_seq) {
  Statement row = tx.prepare(
      std::string(k_columns) +
      "WHERE c.record_uid = ? AND c.version > 0 AND c.seq < ? ORDER BY c.seq DESC LIMIT ?");
  row.with(store::Blob{id.blob()}, before_seq, std::int64_t{limit} + 1);
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("data").begin_array();
  int shown = 0;
  bool more = false;
  std::int64_t last = 0;
  while (row.step()) {
    if (shown++ == limit) {
      more = true;
      break;
    }
    out.raw(change_json(row));
    last = row.integer(0);
  }
  if (shown == 0 && before_seq == INT64_MAX)
    return Error{.code = Code::not_found, .message = "There is no history of this id."};
  out.end_array().key("has_more").boolean(more).key("next_cursor");
  more ? out.string(std::to_string(last)) : out.null();
  out.end_object();
  return text;
}

std::vector<Change> changes_since(store::ReadTx& tx, std::int64_t since, int limit,
                                  const std::vector<std::string>& topics) {
  std::string marks;
  for (std::size_t i = 0; i < topics.size(); ++i) marks += i == 0 ? "?" : ", ?";
  Statement row = tx.prepare(std::string(k_columns) + "WHERE c.seq > ? AND c.version > 0" +
                             (topics.empty() ? "" : " AND c.collection IN (" + marks + ")") +
                             " ORDER BY c.seq LIMIT ?");
  int index = 0;
  row.bind(++index, since);
  for (const std::string& topic : topics) row.bind(++index, std::string_view(topic));
  row.bind(++index, std::int64_t{limit});
  std::vector<Change> changes;
  while (row.step())
    changes.push_back({row.integer(0), std::string(row.text(2)), change_json(row)});
  return changes;
}

std::int64_t first_change(store::ReadTx& tx) {
  Statement row = tx.prepare("SELECT coalesce(min(seq), 0) FROM changes");
  row.step();
  return row.integer(0);
}

std::int64_t last_change(store::ReadTx& tx) {
  Statement row = tx.prepare("SELECT coalesce(max(seq), 0) FROM changes");
  row.step();
  return row.integer(0);
}

}  // namespace kontor::crm
