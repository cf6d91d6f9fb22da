#include "model/record.h"

#include "base/check.h"
#include "base/result.h"
#include "model/decode.h"

namespace kontor::model {

Record blank(const Entity& entity) {
  Record record;
  record.values.resize(entity.fields.size());
  for (std::size_t i = 0; i < entity.fields.size(); ++i) {
    const Field& field = entity.fields[i];
    if (field.kind == Kind::tags) record.values[i] = std::string("[]");
    if (field.kind == Kind::custom) record.values[i] = std::string("{}");
    if (field.fallback.empty()) continue;
    Decoded decoded = from_text(field, field.fallback);
    CHECK(!decoded.error);
    record.values[i] = std::move(decoded.value);
  }
  return record;
}

}  // namespace kontor::model
