#include "model/encode.h"

#include "base/civil.h"
#include "base/decimal.h"

namespace kontor::model {
namespace {

// Integer when whole, else a decimal string: no client reads 0.1 + 0.2 out of it.
void write_scaled(JsonWriter& out, std::int64_t scaled) {
  if (scaled % k_quantity_one == 0) {
    out.integer(scaled / k_quantity_one);
  } else {
    out.string(format_decimal(scaled, k_quantity_places));
  }
}

}  // namespace

Cell cell_of(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value))
    return {.null = false, .integer = *integer};
  if (const auto* text = std::get_if<std::string>(&value)) return {.null = false, .text = *text};
  return {};
}

void write_json(JsonWriter& out, const Field& field, const Cell& cell) {
  if (cell.null) {
    out.null();
    return;
  }
  switch (field.kind) {
    case Kind::boolean: out.boolean(cell.integer != 0); break;
    case Kind::integer:
    case Kind::money: out.integer(cell.integer); break;
    case Kind::unit_price:
    case Kind::quantity: write_scaled(out, cell.integer); break;
    case Kind::rate: out.string(format_decimal(cell.integer, k_rate_places)); break;
    case Kind::instant: {
      const auto text = instant_characters(cell.integer);
      out.plain({text.data(), text.size()});
      break;
    }
    case Kind::tags:
    case Kind::custom: out.raw(cell.text); break;
    default: out.string(cell.text);
  }
}

std::string to_text(const Field& field, const Cell& cell) {
  if (cell.null) return "";
  switch (field.kind) {
    case Kind::boolean: return cell.integer != 0 ? "true" : "false";
    case Kind::integer:
    case Kind::money: return std::to_string(cell.integer);
    case Kind::unit_price:
    case Kind::quantity: return format_decimal(cell.integer, k_quantity_places);
    case Kind::rate: return format_decimal(cell.integer, k_rate_places);
    case Kind::instant: return format_instant(cell.integer);
    default: return std::string(cell.text);
  }
}

}  // namespace kontor::model
