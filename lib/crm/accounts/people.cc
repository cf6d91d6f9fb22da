#include "crm/accounts/people.h"

#include <algorithm>

#include "base/fold.h"
#include "base/utf8.h"

namespace kontor::crm {
namespace {

using store::Statement;

// A sign that says nothing of a name: "(", "-", "@".
bool is_letter(std::string_view sign) { return !fold_search(sign).empty(); }

std::string first_letter(std::string_view word) {
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t length = std::max<std::size_t>(utf8_sequence_length(word, at), 1);
    std::string sign(word.substr(at, length));
    at += length;
    if (!is_letter(sign)) continue;
    if (sign[0] >= 'a' && sign[0] <= 'z') sign[0] = static_cast<char>(sign[0] - 'a' + 'A');
    return sign;
  }
  return "";
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    if (blank > 0) words.push_back(text.substr(0, blank));
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return words;
}

bool fits(std::string_view name, const std::vector<std::string_view>& words) {
  if (words.empty()) return true;
  const std::string folded = " " + fold_search(name);
  return std::all_of(words.begin(), words.end(), [&](std::string_view word) {
    return folded.find(" " + std::string(word)) != std::string::npos;
  });
}

std::string select_of(const ColleagueQuery& query) {
  std::string sql = "SELECT id, uid, name, status FROM users WHERE deleted_at IS NULL AND id > ?";
  if (query.active) sql += " AND status = ?";
  for (std::size_t i = 0; i < query.ids.size(); ++i) sql += i == 0 ? " AND uid IN (?" : ", ?";
  if (!query.ids.empty()) sql += ")";
  return sql + " ORDER BY id";
}

Statement statement_of(store::ReadTx& tx, const ColleagueQuery& query) {
  Statement row = tx.prepare(select_of(query));
  int index = 0;
  row.bind(++index, query.after_row_id);
  if (query.active) row.bind(++index, std::string_view(*query.active ? "active" : "disabled"));
  for (const Uuid& id : query.ids) row.bind(++index, store::Blob{id.blob()});
  return row;
}

std::vector<std::string> team_names(store::ReadTx& tx, std::int64_t user_row_id) {
  std::vector<std::string> names;
  Statement row = tx.prepare(
      "SELECT t.name FROM team_members m JOIN teams t ON t.id = m.team_id WHERE m.user_id = ? "
      "ORDER BY t.name");
  row.with(user_row_id);
  while (row.step()) names.emplace_back(row.text(0));
  return names;
}

}  // namespace

std::vector<Colleague> find_colleagues(store::ReadTx& tx, const ColleagueQuery& query) {
  const std::vector<std::string_view> words = words_of(query.words);
  std::vector<Colleague> found;
  {
    Statement row = statement_of(tx, query);
    while (found.size() < static_cast<std::size_t>(query.limit) && row.step()) {
      if (!fits(row.text(2), words)) continue;
      found.push_back({.row_id = row.integer(0),
                       .id = Uuid::from_blob(row.blob(1)),
                       .name = std::string(row.text(2)),
                       .active = row.text(3) == "active"});
    }
  }
  for (Colleague& one : found) one.teams = team_names(tx, one.row_id);
  return found;
}

std::string initials_of(std::string_view name) {
  std::vector<std::string> letters;
  for (const std::string_view word : words_of(name))
    if (std::string letter = first_letter(word); !letter.empty())
      letters.push_back(std::move(letter));
  if (letters.empty()) return "";
  return letters.size() == 1 ? letters.front() : letters.front() + letters.back();
}

void write_json(JsonWriter& out, const Colleague& colleague) {
  out.begin_object().key("id").string(colleague.id.text()).key("name").string(colleague.name);
  out.key("initials").string(initials_of(colleague.name));
  out.key("active").boolean(colleague.active).key("teams").begin_array();
  for (const std::string& team : colleague.teams) out.string(team);
  out.end_array().end_object();
}

}  // namespace kontor::crm
