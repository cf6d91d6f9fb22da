#include "crm/access/principal.h"

namespace kontor::crm {

std::shared_ptr<const Principal> Principal::program() {
  static const auto k_program = [] {
    auto principal = std::make_shared<Principal>();
    principal->rights = Rights::everything();
    return std::shared_ptr<const Principal>(std::move(principal));
  }();
  return k_program;
}

}  // namespace kontor::crm
