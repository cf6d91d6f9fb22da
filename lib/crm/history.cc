#include "crm/history.h"

#include <algorithm>

#include "base/civil.h"
#include "base/json_writer.h"
#include "base/limits.h"
#include "crm/access/holder.h"
#include "crm/access/record_access.h"
#include "crm/visible_diff.h"
#include "model/registry.h"

namespace kontor::crm {
namespace {

using store::Statement;

constexpr std::string_view k_columns =
    "SELECT c.seq, c.at, c.collection, c.record_uid, c.action, c.version, u.uid, c.request_id, "
    "c.diff "
    "FROM changes c LEFT JOIN users u ON u.id = c.actor_id ";

std::string change_json(const Statement& row, std::string_view diff) {
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
  diff.empty() ? out.null() : out.raw(diff);
  out.end_object();
  return text;
}

// Steps to the changes after `since`, oldest first.
Statement select_changes(store::ReadTx& tx, std::int64_t since, int limit,
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
  return row;
}

// Of these collections, or of all, those that the caller may read anything of.
std::vector<std::string> readable(const Principal& principal,
                                  const std::vector<std::string>& topics) {
  std::vector<std::string> names;
  for (const model::Entity* entity : model::entities()) {
    const std::string name(entity->collection);
    const bool is_wanted =
        topics.empty() || std::find(topics.begin(), topics.end(), name) != topics.end();
    if (is_wanted && principal.rights.reach(*entity, Act::read) != Reach::none)
      names.push_back(name);
  }
  return names;
}

bool sees_all(const Principal& principal, const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    return principal.rights.reach(*model::find_entity(name), Act::read) == Reach::all;
  });
}

// One of them more than asked for says that there are more.
ChangePage page_of_all(Statement row, const Principal& principal, std::int64_t since, int limit) {
  ChangePage page{.next_since = since};
  while (row.step()) {
    if (page.changes.size() == static_cast<std::size_t>(limit)) {
      page.has_more = true;
      break;
    }
    const model::Entity& entity = *model::find_entity(row.text(2));
    page.changes.push_back({row.integer(0), std::string(row.text(2)),
                            change_json(row, visible_diff(principal, entity, row.text(8)))});
    page.next_since = row.integer(0);
  }
  return page;
}

ChangePage page_of_seen(store::ReadTx& tx, Statement row, const Principal& principal,
                        std::int64_t since, int limit) {
  ChangePage page{.next_since = since};
  int looked_at = 0;
  while (row.step()) {
    const model::Entity& entity = *model::find_entity(row.text(2));
    const bool is_seen = sees(tx, principal, entity, Uuid::from_blob(row.blob(3)));
    if (is_seen && page.changes.size() == static_cast<std::size_t>(limit)) {
      page.has_more = true;
      break;
    }
    page.next_since = row.integer(0);
    page.has_more = ++looked_at == limits::changes_looked_at;
    if (is_seen)
      page.changes.push_back({row.integer(0), std::string(row.text(2)),
                              change_json(row, visible_diff(principal, entity, row.text(8)))});
  }
  return page;
}

}  // namespace

Result<std::string> history(store::ReadTx& tx, const Principal& principal,
                            const model::Entity& entity, const Uuid& id, int limit,
                            std::int64_t before_seq) {
  if (!visible(tx, principal, entity, id)) return no_such(entity);
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
    out.raw(change_json(row, visible_diff(principal, entity, row.text(8))));
    last = row.integer(0);
  }
  out.end_array().key("has_more").boolean(more).key("next_cursor");
  more ? out.string(std::to_string(last)) : out.null();
  out.end_object();
  return text;
}

ChangePage changes_since(store::ReadTx& tx, const Principal& principal, std::int64_t since,
                         int limit, const std::vector<std::string>& topics) {
  const std::vector<std::string> names = readable(principal, topics);
  if (names.empty()) return {.next_since = since};
  if (sees_all(principal, names))
    return page_of_all(select_changes(tx, since, limit + 1, names), principal, since, limit);
  return page_of_seen(tx, select_changes(tx, since, limits::changes_looked_at, names), principal,
                      since, limit);
}

std::vector<Change> every_change_since(store::ReadTx& tx, std::int64_t since, int limit,
                                       const std::vector<std::string>& topics, bool with_holders) {
  Statement row = select_changes(tx, since, limit, topics);
  std::vector<Change> changes;
  while (row.step()) {
    changes.push_back({row.integer(0), std::string(row.text(2)), change_json(row, row.text(8))});
    const model::Entity* entity = with_holders ? model::find_entity(row.text(2)) : nullptr;
    if (entity != nullptr)
      changes.back().holder_id = holder_of(tx, *entity, Uuid::from_blob(row.blob(3))).user_id;
  }
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
