#include "crm/access/explain.h"

#include <algorithm>
#include <vector>

#include "base/json_writer.h"
#include "crm/access/holder.h"
#include "crm/access/row_predicate.h"
#include "crm/accounts/role_rights.h"
#include "crm/rows.h"

namespace kontor::crm {
namespace {

using model::Entity;
using store::Statement;

constexpr Act k_all_acts[] = {Act::read,   Act::create,      Act::update,     Act::remove,
                              Act::assign, Act::export_rows, Act::import_rows};
constexpr Flag k_all_flags[] = {Flag::settings, Flag::users,         Flag::audit, Flag::backup,
                                Flag::see_cost, Flag::issue_invoice, Flag::refund};
static_assert(std::size(k_all_acts) == k_acts && std::size(k_all_flags) == k_flags);

struct HeldRole {
  std::string name;
  Rights rights;
};

enum class Relation { own, team, other, nobody };

std::string_view name_of(Relation relation) {
  constexpr std::string_view names[] = {"own", "team", "other", "nobody"};
  return names[static_cast<std::size_t>(relation)];
}

Relation relation_of(const Principal& subject, const Holder& holder) {
  if (!holder.user_id) return Relation::nobody;
  if (*holder.user_id == subject.user_id) return Relation::own;
  const bool is_peer =
      std::binary_search(subject.peers.begin(), subject.peers.end(), *holder.user_id);
  return is_peer ? Relation::team : Relation::other;
}

// Acts that are about a record that is there.
bool needs_record(Act act) { return act != Act::create && act != Act::import_rows; }

class Explanation {
 public:
  Explanation(store::ReadTx& tx, const Principal& subject, const Entity& entity)
      : tx_(tx), subject_(subject), entity_(entity) {
    for (const std::string& name : subject.roles)
      roles_.push_back({name, rights_of_roles(tx, {&name, 1})});
  }

  std::string write(const std::optional<Uuid>& id, Telling telling) {
    if (id) find_record(*id, telling);
    JsonWriter out(text_);
    out.begin_object().key("user_id");
    subject_.user_id != 0 ? out.string(subject_.user.text()) : out.null();
    out.key("collection").string(entity_.collection).key("id");
    id ? out.string(id->text()) : out.null();
    out.key("roles").begin_array();
    for (const HeldRole& role : roles_) out.string(role.name);
    out.end_array();
    write_record(out);
    out.key("acts").begin_array();
    for (const Act act : k_all_acts) write_act(out, act, id.has_value());
    out.end_array();
    write_flags(out);
    write_fields(out);
    out.end_object();
    return std::move(text_);
  }

 private:
  void find_record(const Uuid& id, Telling telling) {
    const Holder holder = holder_of(tx_, entity_, id);
    if (!holder.exists) return;
    if (telling == Telling::everything || reaches(subject_, entity_, Act::read, holder.user_id))
      record_ = holder;
  }

  void write_record(JsonWriter& out) {
    out.key("record");
    if (!record_) {
      out.null();
      return;
    }
    out.begin_object().key("holder_id");
    const auto holder =
        record_->user_id ? id_of_row(tx_, "users", *record_->user_id) : std::nullopt;
    holder ? out.string(holder->text()) : out.null();
    out.key("relation").string(name_of(relation_of(subject_, *record_)));
    out.key("teams").begin_array();
    for (const std::string& team : shared_teams()) out.string(team);
    out.end_array().key("in_trash").boolean(record_->trashed).end_object();
  }

  // Of the subject and the holder, where they are two.
  std::vector<std::string> shared_teams() {
    std::vector<std::string> names;
    if (!record_->user_id || *record_->user_id == subject_.user_id) return names;
    Statement row = tx_.prepare(
        "SELECT t.name FROM team_members a JOIN team_members b ON "
        "b.team_id = a.team_id "
        "JOIN teams t ON t.id = a.team_id WHERE a.user_id = ? AND "
        "b.user_id = ? ORDER BY t.name");
    row.with(subject_.user_id, *record_->user_id);
    while (row.step()) names.emplace_back(row.text(0));
    return names;
  }

  void write_act(JsonWriter& out, Act act, bool has_id) {
    const Reach reach = reach_of(subject_, entity_, act);
    const bool about_record = has_id && needs_record(act);
    const bool allowed = about_record ? record_ && reaches(subject_, entity_, act, record_->user_id)
                                      : reach != Reach::none;
    out.begin_object().key("act").string(name_of(act)).key("reach").string(name_of(reach));
    out.key("granted_by").begin_array();
    for (const std::string& role : grantors(act)) out.string(role);
    out.end_array().key("allowed").boolean(allowed);
    out.key("reason").string(reason(act, reach, about_record, allowed)).end_object();
  }

  // The roles that reach furthest.
  std::vector<std::string> grantors(Act act) const {
    std::vector<std::string> names;
    const Reach most = widest(act);
    for (const HeldRole& role : roles_)
      if (most != Reach::none && role.rights.reach(entity_, act) == most)
        names.push_back(role.name);
    return names;
  }

  Reach widest(Act act) const {
    Reach most = Reach::none;
    for (const HeldRole& role : roles_) most = std::max(most, role.rights.reach(entity_, act));
    return most;
  }

  std::string reason(Act act, Reach reach, bool about_record, bool allowed) const {
    const std::string many(entity_.collection);
    if (reach == Reach::none)
      return widest(act) == Reach::none ? "No role grants it." : "A narrower rule takes it away.";
    if (reach == Reach::all) {
      if (about_record && !record_) return "There is no such record.";
      return "It is granted for all " + many + ".";
    }
    const std::string rule = reach == Reach::own
                                 ? "It is granted for one's own " + many
                                 : "It is granted for the " + many + " of one's teams";
    if (!about_record) return rule + ".";
    if (!record_) return rule + ", and no such record is seen.";
    return rule + ", and " + relation_text() + (allowed ? "." : ": that is not enough.");
  }

  std::string relation_text() const {
    switch (relation_of(subject_, *record_)) {
      case Relation::own: return "this is one of them";
      case Relation::team: return "this one is held by somebody of a team";
      case Relation::other: return "this one is held by somebody else";
      case Relation::nobody: break;
    }
    return "this one is held by nobody";
  }

  void write_flags(JsonWriter& out) {
    out.key("flags").begin_array();
    for (const Flag flag : k_all_flags) {
      out.begin_object().key("flag").string(name_of(flag));
      out.key("allowed").boolean(subject_.rights.has(flag)).key("granted_by").begin_array();
      for (const HeldRole& role : roles_)
        if (role.rights.has(flag)) out.string(role.name);
      out.end_array().end_object();
    }
    out.end_array();
  }

  void write_fields(JsonWriter& out) {
    out.key("hidden_fields").begin_array();
    write_fields(out, FieldAccess::hidden);
    out.end_array().key("read_only_fields").begin_array();
    write_fields(out, FieldAccess::read_only);
    out.end_array();
  }

  void write_fields(JsonWriter& out, FieldAccess access) {
    write_fields(out, entity_, access, "");
    if (entity_.lines != nullptr) write_fields(out, *entity_.lines, access, "lines.");
  }

  void write_fields(JsonWriter& out, const Entity& entity, FieldAccess access,
                    const std::string& prefix) {
    for (std::size_t i = 0; i < entity.fields.size(); ++i)
      if (subject_.rights.field(entity, i) == access)
        out.string(prefix + std::string(entity.fields[i].name));
  }

  store::ReadTx& tx_;
  const Principal& subject_;
  const Entity& entity_;
  std::vector<HeldRole> roles_;
  std::optional<Holder> record_;
  std::string text_;
};

}  // namespace

std::string explain_access(store::ReadTx& tx, const Principal& subject, const Entity& entity,
                           const std::optional<Uuid>& id, Telling telling) {
  return Explanation(tx, subject, entity).write(id, telling);
}

}  // namespace kontor::crm
