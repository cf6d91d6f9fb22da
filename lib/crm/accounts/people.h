// Colleagues as everyone who works with records may know them: by name and team, so that it can be
// read whose a record is, and a record can be given to somebody. Neither an e-mail address nor
// anything of the account: that is for who looks after the users.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "base/uuid.h"
#include "store/transaction.h"

namespace kontor::crm {

struct Colleague {
  std::int64_t row_id = 0;
  Uuid id{};
  std::string name = {};  // may be empty: a user need not have one
  bool active = true;
  std::vector<std::string> teams = {};  // names, in their order
};

struct ColleagueQuery {
  std::string words = {};      // folded (base/fold.h); each is the beginning of a word of the name
  std::vector<Uuid> ids = {};  // empty: everybody
  std::optional<bool> active = {};
  std::int64_t after_row_id = 0;
  int limit = 0;
};

// In the order of their making. Looks through all users where words are given: a firm has some
// hundreds.
std::vector<Colleague> find_colleagues(store::ReadTx& tx, const ColleagueQuery& query);

// The first letters of the first and the last word, small ASCII letters as capitals: "Lê Văn An" →
// "LA". Nothing of a name without letters and digits.
std::string initials_of(std::string_view name);

// {"id","name","initials","active","teams":[…]}
void write_json(JsonWriter& out, const Colleague& colleague);

}  // namespace kontor::crm
