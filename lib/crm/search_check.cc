#include "crm/search_check.h"

#include <algorithm>
#include <string_view>

#include "model/registry.h"

namespace kontor::crm {
namespace {

// Of each collection, spread over its age: a tenth of a second for 300,000 records.
constexpr int k_sample = 100;
constexpr int k_words = 8;  // of each record
constexpr std::size_t k_findings = 10;

class Comparison {
 public:
  Comparison(store::ReadTx& tx, std::string_view collection, std::vector<std::string>& findings)
      : tx_(tx), collection_(collection), findings_(findings) {}

  void run() {
    store::Statement row = tx_.prepare(
        "SELECT id, search_fold FROM " + collection_ + " WHERE search_fold <> '' AND id % " +
        step() + " = (SELECT max(id) FROM " + collection_ + ") % " + step() + " LIMIT ?");
    row.with(k_sample);
    while (row.step() && findings_.size() < k_findings) {
      look_for(row.integer(0), std::string(row.text(1)));
    }
  }

 private:
  // The distance between two records of the sample.
  std::string step() const {
    return "(SELECT max(1, max(id) / " + std::to_string(k_sample) + ") FROM " + collection_ + ")";
  }

  void look_for(std::int64_t id, const std::string& text) {
    std::string_view rest = text;
    for (int word = 0; word < k_words && !rest.empty(); ++word) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      if (end > 0) check(id, std::string(rest.substr(0, end)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }

  void check(std::int64_t id, const std::string& word) {
    const std::string table = collection_ + "_search";
    const std::string match = quoted(word);  // bound text must outlive the statement's steps
    store::Statement found =
        tx_.prepare("SELECT 1 FROM " + table + " WHERE " + table + " MATCH ?1 AND rowid = ?2");
    found.with(std::string_view(match), id);
    if (!found.step())
      findings_.push_back(collection_ + " " + std::to_string(id) +
                          " is not found by a word that it has");
    store::Statement other =
        tx_.prepare("SELECT s.rowid FROM (SELECT rowid FROM " + table + " WHERE " + table +
                    " MATCH ?1 LIMIT 20) s LEFT JOIN " + collection_ +
                    " t ON t.id = s.rowid WHERE t.id IS NULL OR instr(t.search_fold, ?2) = 0");
    other.with(std::string_view(match), std::string_view(word));
    if (other.step())
      findings_.push_back(collection_ + " " + std::to_string(other.integer(0)) +
                          " is found by a word that it has not");
  }

  static std::string quoted(const std::string& word) {
    std::string out = "\"";
    for (const char c : word) out.append(c == '"' ? 2 : 1, c);
    return out + "\"";
  }

  store::ReadTx& tx_;
  const std::string collection_;
  std::vector<std::string>& findings_;
};

}  // namespace

std::vector<std::string> search_differences(store::ReadTx& tx) {
  std::vector<std::string> findings;
  for (const model::Entity* entity : model::entities()) {
    Comparison(tx, entity->collection, findings).run();
  }
  if (findings.size() > k_findings) findings.resize(k_findings);
  return findings;
}

}  // namespace kontor::crm
