#include "base/fold.h"

#include <catch_amalgamated.hpp>

#include "base/utf8.h"

using namespace kontor;

TEST_CASE("search folding takes Vietnamese names to plain letters") {
  CHECK(fold_search("Nguyễn Văn Đức") == "nguyen van duc");
  CHECK(fold_search("TRẦN THỊ BÍCH PHƯỢNG") == "tran thi bich phuong");
  CHECK(fold_search("Đặng Ỷ Lan, Hồ Quỳnh Hương") == "dang y lan ho quynh huong");
}

TEST_CASE("every Vietnamese vowel with every tone folds to its letter") {
  const std::string_view lower =
      "áàảãạăắằẳẵặâấầẩẫậéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵđ";
  const std::string_view upper =
      "ÁÀẢÃẠĂẮẰẲẴẶÂẤẦẨẪẬÉÈẺẼẸÊẾỀỂỄỆÍÌỈĨỊÓÒỎÕỌÔỐỒỔỖỘƠỚỜỞỠỢÚÙỦŨỤƯỨỪỬỮỰÝỲỶỸỴĐ";
  const std::string plain = std::string(17, 'a') + std::string(11, 'e') + std::string(5, 'i') +
                            std::string(17, 'o') + std::string(11, 'u') + std::string(5, 'y') + "d";
  CHECK(fold_search(lower) == plain);
  CHECK(fold_search(upper) == plain);
}

TEST_CASE("composed and decomposed spellings fold alike") {
  CHECK(fold_search("Nguye\u0302\u0303n") == fold_search("Nguyễn"));
  CHECK(fold_search("Phu\u031Bo\u031B\u0323ng") == fold_search("Phượng"));
  CHECK(fold_search("\u0418\u0306") == fold_search("Й"));
  CHECK(fold_search("\u03B1\u0301") == fold_search("ά"));
}

TEST_CASE("letters that Unicode does not take apart fold as people spell them") {
  CHECK(fold_search("Straße Æsir Œuvre Øre Łódź Þór Ðe ŀ İı ŋ ſ") ==
        "strasse aesir oeuvre ore lodz thor de l ii n s");
  CHECK(fold_search("ẞ ﬁ Ａ１ ª º ½") == "ss fi a1 a o 12");
}

TEST_CASE("Greek and Cyrillic become small letters without marks, other scripts stay") {
  CHECK(fold_search("ΟΔΥΣΣΕΎΣ Οδυσσεύς") == "οδυσσευσ οδυσσευσ");
  CHECK(fold_search("ЩЁЛКОВО Київ") == "щелково киів");
  CHECK(fold_search("株式会社 東京 한국 ไทย") == "株式会社 東京 한국 ไทย");
  CHECK(fold_search("がく") == "がく");
}

TEST_CASE("punctuation and blanks become single blanks, never at an end") {
  CHECK(fold_search("  O'Brien & Sons,\tLtd. ") == "o brien sons ltd");
  CHECK(fold_search("an.nguyen+crm@Example.co.uk") == "an nguyen crm example co uk");
  CHECK(fold_search("+84 (91) 234-56") == "84 91 234 56");
  CHECK(fold_search("a\u00A0b\u3000c\u2014d\u20ABe") == "a b c d e");
  CHECK(fold_search("...") == "");
  CHECK(fold_search("") == "");
}

TEST_CASE("invisible characters do not part a word, broken bytes do") {
  CHECK(fold_search("co\u00ADop\u200D x\uFEFF") == "coop x");
  CHECK(fold_search("a\xFF\xFE"
                    "b") == "a b");
}

TEST_CASE("folding twice changes nothing, for every code point of the first planes") {
  for (char32_t code = 1; code < 0x20000; ++code) {
    if (code >= 0xD800 && code < 0xE000) continue;
    std::string text = "a";
    utf8_append(text, code);
    const std::string once = fold_search(text);
    CAPTURE(static_cast<std::uint32_t>(code));
    if (fold_search(once) != once) FAIL("folds to " << once << ", then to " << fold_search(once));
  }
}

TEST_CASE("identity folding lowers and trims, and keeps marks") {
  CHECK(fold_identity(" \tAn.Nguyễn@EXAMPLE.com\r\n") == "an.nguyễn@example.com");
  CHECK(fold_identity("ĐẶNG ÀÉ Ñ Ż Ÿ") == "đặng àé ñ ż ÿ");
  CHECK(fold_identity("ЩЁ ΣΏ ԱԲ Ａ") == "щё σώ աբ ａ");
  CHECK(fold_identity("東京 ß ×÷") == "東京 ß ×÷");
}
