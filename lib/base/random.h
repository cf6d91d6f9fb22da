// Randomness as a seam. SystemRandom is the kernel's generator, fit for secrets.
#pragma once

#include <cstddef>
#include <span>

namespace kontor {

class Random {
 public:
  virtual ~Random() = default;
  // Fills `out`; thread-safe. Aborts the process if the kernel gives no randomness.
  virtual void fill(std::span<std::byte> out) = 0;
};

class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> out) override;
};

}  // namespace kontor
