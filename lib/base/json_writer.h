// Writes JSON straight into a string, without a tree. Commas are its business, nesting is the
// caller's: every begin_ needs its end_ (CHECKed in end_).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kontor {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  // `name` is written as it is given: only for names that need no escaping.
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view value);  // escapes; invalid UTF-8 becomes U+FFFD
  // A string that is known to hold nothing to escape: an id, an instant.
  JsonWriter& plain(std::string_view value);
  JsonWriter& integer(std::int64_t value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  // Text that is JSON already (a stored `custom` object, a rendered record).
  JsonWriter& raw(std::string_view json);

 private:
  void separate();
  std::string& out_;
  bool first_ = true;  // nothing written yet at this level
  bool after_key_ = false;
  int depth_ = 0;
};

// Appends `value` as a JSON string with its quotes: escapes; invalid UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view value);

}  // namespace kontor
