#include "base/qr_code.h"

#include <cstdint>
#include <qrcodegen/qrcodegen.hpp>
#include <vector>

namespace kontor {
namespace {

using qrcodegen::QrCode;

constexpr int k_quiet_modules = 4;

// One rectangle a run of dark modules, as steps of a path.
void append_row(std::string& path, const QrCode& code, int y) {
  for (int x = 0; x < code.getSize();) {
    int end = x;
    while (code.getModule(end, y)) ++end;  // light beyond the edge
    if (end > x) {
      const std::string width = std::to_string(end - x);
      path.append("M").append(std::to_string(x + k_quiet_modules)).append(",");
      path.append(std::to_string(y + k_quiet_modules)).append("h").append(width);
      path.append("v1h-").append(width).append("z");
    }
    x = end + 1;
  }
}

std::string svg_of(const QrCode& code) {
  const std::string size = std::to_string(code.getSize() + 2 * k_quiet_modules);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size + " " + size +
                    "\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0,0h" + size + "v" +
                    size + "h-" + size + "z\"/><path d=\"";
  for (int y = 0; y < code.getSize(); ++y) append_row(svg, code, y);
  return svg.append("\"/></svg>");
}

}  // namespace

Result<std::string> qr_svg(std::string_view text) {
  try {
    return svg_of(QrCode::encodeBinary(std::vector<std::uint8_t>(text.begin(), text.end()),
                                       QrCode::Ecc::MEDIUM));
  } catch (const qrcodegen::data_too_long&) {
    return Error{.code = Code::too_large, .message = "The text is too long for a QR code."};
  }
}

}  // namespace kontor
