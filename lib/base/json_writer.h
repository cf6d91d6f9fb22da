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
  // A key as it stands in the text, with its comma: `,"name":`. For what thousands of records have
  // in common and is put together once; the comma is left out where it is the first.
  JsonWriter& prepared_key(std::string_view text) {
    prepared_member(text);
    after_key_ = true;
    return *this;
  }
  // A whole member in the same way: `,"name":null`.
  JsonWriter& prepared_member(std::string_view text) {
    const std::size_t skipped = first_ ? 1 : 0;
    out_.append(text.data() + skipped, text.size() - skipped);
    first_ = false;
    return *this;
  }
  JsonWriter& string(std::string_view value);  // escapes; invalid UTF-8 becomes U+FFFD
  // A string that is known to hold nothing to escape: an id, an instant.
  JsonWriter& plain(std::string_view value);
  JsonWriter& integer(std::int64_t value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  // Text that is JSON already (a stored `custom` object, a rendered record).
  JsonWriter& raw(std::string_view json);

 private:
  void separate() {
    if (!first_ && !after_key_) out_.push_back(',');
    first_ = false;
    after_key_ = false;
  }
  std::string& out_;
  bool first_ = true;  // nothing written yet at this level
  bool after_key_ = false;
  int depth_ = 0;
};

// Appends `value` as a JSON string with its quotes: escapes; invalid UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view value);

}  // namespace kontor
