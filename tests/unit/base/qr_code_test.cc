#include "base/qr_code.h"

#include <algorithm>
#include <catch_amalgamated.hpp>
#include <charconv>
#include <vector>

using namespace kontor;

namespace {

// The picture as rows of dark modules, without the quiet zone.
using Modules = std::vector<std::vector<bool>>;

int number_at(std::string_view text, std::size_t& at) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), value);
  REQUIRE(error == std::errc());
  at = static_cast<std::size_t>(end - text.data()) + 1;
  return value;
}

int size_of(std::string_view svg) {
  std::size_t at = svg.find("viewBox=\"0 0 ") + 13;
  return number_at(svg, at) - 8;
}

Modules modules_of(std::string_view svg) {
  const auto size = static_cast<std::size_t>(size_of(svg));
  Modules modules(size, std::vector<bool>(size));
  const std::string_view path = svg.substr(svg.rfind("d=\"") + 3);
  for (std::size_t at = path.find('M'); at != std::string_view::npos; at = path.find('M', at)) {
    ++at;
    const auto x = static_cast<std::size_t>(number_at(path, at) - 4);
    const auto y = static_cast<std::size_t>(number_at(path, at) - 4);
    const int width = number_at(path, at);
    for (int i = 0; i < width; ++i) modules.at(y).at(x + static_cast<std::size_t>(i)) = true;
  }
  return modules;
}

}  // namespace

TEST_CASE("a QR code has its finder patterns in three corners") {
  const std::string svg = qr_svg("otpauth://totp/Kontor:an@example.com?secret=ABC").value();
  const Modules modules = modules_of(svg);
  const std::size_t last = modules.size() - 7;
  for (const auto& [left, top] :
       {std::pair<std::size_t, std::size_t>{0, 0}, {last, 0}, {0, last}}) {
    for (std::size_t i = 0; i < 7; ++i) {
      const bool inner = i >= 2 && i <= 4;
      const std::vector<bool> expected =
          i == 0 || i == 6 ? std::vector<bool>(7, true)
                           : std::vector<bool>{true, false, inner, inner, inner, false, true};
      for (std::size_t j = 0; j < 7; ++j) CHECK(modules[top + i][left + j] == expected[j]);
    }
  }
}

TEST_CASE("a QR code grows with its text up to the largest there is") {
  CHECK(size_of(qr_svg("a").value()) == 21);
  CHECK(size_of(qr_svg(std::string(2'331, 'a')).value()) == 177);
  CHECK(qr_svg(std::string(2'332, 'a')).error().code == Code::too_large);
  CHECK(qr_svg("a").value() != qr_svg("b").value());
}

TEST_CASE("no character of the text gets into the picture's markup") {
  const std::string svg = qr_svg("<script>alert(1)</script>").value();
  CHECK(std::count(svg.begin(), svg.end(), '<') == 4);
}
