// A program that resolves a name and starts OpenSSL, with or without the start-up rules of the real
// one (app/process_setup.h). static_test.py runs both in a tree whose nsswitch.conf and openssl.cnf
// name modules that leave a mark when they are loaded.
#include <netdb.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <cstdio>
#include <string_view>

#include "process_setup.h"

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  if (std::string_view(argv[1]) == "prepared") kontor::app::prepare_process();
  OPENSSL_init_ssl(0, nullptr);
  EVP_MD_free(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  addrinfo* found = nullptr;
  const int status = getaddrinfo(argv[2], nullptr, nullptr, &found);
  std::printf("%s\n", status == 0 ? "found" : gai_strerror(status));
  if (found != nullptr) freeaddrinfo(found);
  return 0;
}
