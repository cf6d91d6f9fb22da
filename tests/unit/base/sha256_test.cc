#include "base/sha256.h"

#include <catch_amalgamated.hpp>

using namespace kontor;

TEST_CASE("SHA-256 gives the digests of FIPS 180-4") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("abc")[0] == 0xBA);
}

TEST_CASE("bytes that come piece by piece have the digest of the whole") {
  Sha256Stream stream;
  stream.add("a");
  stream.add("");
  stream.add("bc");
  CHECK(stream.hex() == sha256_hex("abc"));
  CHECK(Sha256Stream().hex() == sha256_hex(""));
}
