#include "base/email.h"

#include <catch_amalgamated.hpp>

using namespace kontor;

TEST_CASE("addresses as people have them are accepted") {
  const auto text = GENERATE("a@b.co", "an.nguyen+crm@example.co.uk", "o'brien@example.com",
                             "x_y-z@sub.example.com", "nguyễn@ví-dụ.vn", "用户@例子.公司",
                             "1@2x.com", "a@xn--fsq.xn--fiqs8s");
  CAPTURE(text);
  CHECK(is_email(text));
}

TEST_CASE("what is no address is refused") {
  const auto text =
      GENERATE("", "@", "a@", "@b.co", "a b@c.de", "a@b", "a@@b.co", "a@b@c.de", ".a@b.co",
               "a.@b.co", "a..b@c.de", "a@.co", "a@b.", "a@b..co", "a@-b.co", "a@b-.co", "a@b_c.de",
               "a@1.2.3.4", "a@[1.2.3.4]", "\"a b\"@c.de", "a@b.co\n", "a,b@c.de", "<a@b.co>",
               "a@b.co;c@d.ef", "a\xFF@b.co", "a\u200B@b.co", "a@b\u3002co", "a\u00A0@b.co");
  CAPTURE(text);
  CHECK_FALSE(is_email(text));
}

TEST_CASE("lengths follow the mail standards") {
  const std::string label(63, 'a');
  CHECK(is_email(std::string(64, 'l') + "@example.com"));
  CHECK_FALSE(is_email(std::string(65, 'l') + "@example.com"));
  CHECK(is_email("a@" + label + ".com"));
  CHECK_FALSE(is_email("a@" + label + "a.com"));
  const std::string domain = label + "." + label + "." + label + ".";
  CHECK(is_email("a@" + domain + std::string(60, 'b')));        // 254 bytes
  CHECK_FALSE(is_email("a@" + domain + std::string(61, 'b')));  // 255
}

TEST_CASE("two spellings of one address have one normal form") {
  CHECK(normal_email("  An@Example.COM ") == "an@example.com");
  CHECK(normal_email("ĐỨC@Ví-Dụ.vn") == "đức@ví-dụ.vn");
  CHECK_FALSE(normal_email("an at example.com"));
}
