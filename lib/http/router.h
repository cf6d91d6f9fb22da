// Method and path to handler, by path segments; no regular expressions.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/message.h"

namespace kontor::http {

class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;
  // `pattern`: "/api/v1/customers/{id}/history". A fixed segment wins over a parameter.
  // Two routes for the same method and pattern are a programming error (CHECK).
  void add(std::string_view method, std::string_view pattern, Handler handler);

  struct Match {
    const Handler* handler = nullptr;  // nullptr: no such path, or not with this method
    Params params;
    std::vector<std::string>
        allowed;               // methods of the path when the method does not fit (405, OPTIONS)
    std::string_view pattern;  // the route's template, for logs and metrics
  };
  // HEAD finds GET's handler. Thread-safe after the last add().
  Match match(std::string_view method, std::string_view path) const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

}  // namespace kontor::http
