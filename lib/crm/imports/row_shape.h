// What a mapping does to the cells of a row before anything reads them: words for words, columns
// taken apart, put together, or the same for every row.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crm/imports/formats/row_source.h"

namespace kontor::crm {

// What stands in a cell, and what is meant by it. Case and blanks at the ends do not count.
class WordMap {
 public:
  enum class Unknown {
    keep,    // stays as it is
    refuse,  // is an error of the row
    other,   // becomes other()
  };

  void add(std::string_view from, std::string to);
  void set_unknown(Unknown unknown, std::string other = {});
  void set_blank(std::string text) { blank_ = std::move(text); }

  // nullopt: the word is not known and to be refused.
  std::optional<std::string> meaning(std::string_view cell) const;
  bool is_empty() const { return words_.empty() && blank_.empty() && unknown_ == Unknown::keep; }

  // Word by word, in small letters.
  const std::map<std::string, std::string>& words() const { return words_; }
  Unknown unknown() const { return unknown_; }
  const std::string& other() const { return other_; }
  const std::string& blank() const { return blank_; }

 private:
  std::map<std::string, std::string> words_;  // by fold_identity()
  Unknown unknown_ = Unknown::keep;
  std::string other_, blank_;  // blank_: of an empty cell
};

struct RowShape {
  // In place, in a column of the file.
  struct Change {
    std::size_t column = 0;
    std::string trim{};  // signs that are taken off at both ends, beside blanks
    WordMap words{};
    std::string header{}, target{};  // for messages
  };
  // One more column behind those of the file.
  struct Made {
    enum class Kind { constant, part, joined };
    Kind kind = Kind::constant;
    std::string text{};               // the constant, or what stands between parts
    std::vector<std::size_t> from{};  // columns of the file
    std::size_t part = 0, parts = 1;  // this one, of so many
    bool from_end = false;            // what is too much belongs to the first part
  };
  std::vector<Change> changes{};
  std::vector<Made> made{};

  bool is_empty() const { return changes.empty() && made.empty(); }
};

// Part `part` of `parts`, without blanks at its ends. Where there are more, the last one has the
// rest, or with `from_end` the first one.
std::string_view part_of(std::string_view text, std::string_view separator, std::size_t part,
                         std::size_t parts, bool from_end);

// The rows in that shape; those that differ from the file have its cells in `written`. A word that
// is refused is the row's fault: unknown_value.
std::unique_ptr<RowSource> shaped_rows(std::unique_ptr<RowSource> rows, const RowShape& shape);

}  // namespace kontor::crm
