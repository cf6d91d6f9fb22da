// Runs a fuzz entry point without a fuzzer: over every file given, or in a folder given, then over
// a few hundred damaged copies of each. The damage is the same in every run.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int k_damaged_copies = 200;

void run(const std::string& input) {
  // A copy of exactly this size, so that the sanitizers see a step beyond its end.
  const std::vector<std::uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

std::size_t below(std::mt19937& random, std::size_t limit) { return random() % limit; }

void damage(std::string& input, std::mt19937& random) {
  if (input.empty()) return;
  const std::size_t at = below(random, input.size());
  switch (below(random, 5)) {
    case 0: input[at] = static_cast<char>(below(random, 256)); break;
    case 1: input[at] = static_cast<char>(input[at] ^ (1 << below(random, 8))); break;
    case 2: input.erase(at, 1 + below(random, 4)); break;
    case 3: input.insert(at, input.substr(below(random, input.size()), 8)); break;
    default: input.resize(at); break;
  }
}

void run_damaged_copies(const std::string& input) {
  std::mt19937 random(static_cast<std::uint32_t>(input.size()));
  for (int i = 0; i < k_damaged_copies; ++i) {
    std::string copy = input;
    for (std::size_t steps = 1 + below(random, 4); steps > 0; --steps) damage(copy, random);
    run(copy);
  }
}

void replay_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  run(text.str());
  run_damaged_copies(text.str());
}

int replay(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) {
    replay_file(path);
    return 1;
  }
  int files = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(path)) {
    if (!file.is_regular_file()) continue;
    replay_file(file.path());
    ++files;
  }
  return files;
}

}  // namespace

int main(int count, char** arguments) {
  int files = 0;
  for (int i = 1; i < count; ++i) files += replay(arguments[i]);
  std::printf("%d files, each with %d damaged copies\n", files, k_damaged_copies);
  return files > 0 ? 0 : 1;
}
