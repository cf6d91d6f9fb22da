// Rights: what a caller may do with the records of each collection, how far that reaches, which
// fields are kept from her, and what else she may do. A value; the union of her roles.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "model/entity.h"

namespace kontor::crm {

enum class Act : std::uint8_t { read, create, update, remove, assign, export_rows, import_rows };
inline constexpr std::size_t k_acts = 7;

// How far a right reaches; each includes those before it. `own`: records that the caller holds;
// `team`: that someone of a team of hers holds.
enum class Reach : std::uint8_t { none, own, team, all };

// Rights that belong to no collection.
enum class Flag : std::uint8_t { settings, users, audit, backup, see_cost, issue_invoice, refund };
inline constexpr std::size_t k_flags = 7;

// The names that role files and the API use: "delete", "export", "see_cost".
std::string_view name_of(Act act);
std::string_view name_of(Reach reach);
std::string_view name_of(Flag flag);

// What may be done with one field of a collection; deny by default is the collection's business, a
// field is open unless a rule says otherwise.
enum class FieldAccess : std::uint8_t { hidden, read_only, open };

class Rights {
 public:
  // Nothing at all.
  Rights();
  // Everything: of the program itself, and of whoever has the role owner.
  static Rights everything();

  Reach reach(const model::Entity& entity, Act act) const;
  bool has(Flag flag) const;
  // A field of a collection, or of the lines of one. What a thing costs is hidden without see_cost.
  FieldAccess field(const model::Entity& entity, std::size_t position) const;
  // Whether a field of the collection or of its lines is hidden; or not open.
  bool hides_fields(const model::Entity& entity) const;
  bool restricts_fields(const model::Entity& entity) const;

  void set(const model::Entity& entity, Act act, Reach reach);
  void set(const model::Entity& entity, std::size_t position, FieldAccess access);
  void set(Flag flag, bool value);

  // The most permissive of both, right by right: how several roles join.
  void unite(const Rights& other);
  // The least permissive of both: what a token may do of what its owner may.
  void narrow(const Rights& other);

  bool operator==(const Rights&) const = default;

 private:
  struct Collection {
    std::array<Reach, k_acts> reach{};
    std::vector<FieldAccess> fields;  // by position; as many as the entity has
    bool operator==(const Collection&) const = default;
  };
  FieldAccess narrowest_field(const model::Entity& entity) const;

  std::vector<Collection> collections_;  // in the order of model::entities()
  std::array<bool, k_flags> flags_{};
};

}  // namespace kontor::crm
