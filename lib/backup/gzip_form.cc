#include "backup/gzip_form.h"

namespace kontor::backup {
namespace {

constexpr unsigned char k_has_comment = 16;
// An empty final block, then checksum and size of nothing.
constexpr std::array<char, 10> k_nothing = {3, 0};

}  // namespace

std::string gzip_seal(const std::string& sha256_hex) {
  std::string seal(k_gzip_head.begin(), k_gzip_head.end());
  seal[3] = static_cast<char>(k_has_comment);
  seal += sha256_hex;
  seal += '\0';
  return seal.append(k_nothing.begin(), k_nothing.end());
}

}  // namespace kontor::backup
