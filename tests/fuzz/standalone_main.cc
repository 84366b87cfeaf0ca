// SPDX-License-Identifier: Apache-2.0
//
// Runs a fuzz target without libFuzzer, so that every `make test` knocks on every door:
//
//   fuzz_NAME SEEDS [SECONDS]     the seeds, then changed ones for so long (default 2)
//   fuzz_NAME FILE                that input alone
//
// The changed inputs are the same ones in the same order on every run and machine; only how many
// there are depends on the time. An input that ends the process is left in fuzz-crash.bin.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "base/file.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

constexpr size_t kInputBytesMax = 64 << 10;
constexpr const char* kCrashFile = "fuzz-crash.bin";

std::string current;  // The input under trial, for the signal handler.

void KeepCrash(int signal) {
  const int fd = open(kCrashFile, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (write(fd, current.data(), current.size()) >= 0) {
    constexpr char kText[] = "the input is in fuzz-crash.bin\n";
    (void)!write(STDERR_FILENO, kText, sizeof(kText) - 1);
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void Try(std::string input) {
  current = std::move(input);
  // A copy of its own, without the NUL behind it: a read past the end is one past the allocation.
  const std::vector<uint8_t> bytes(current.begin(), current.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

class Mutator {
 public:
  explicit Mutator(const std::vector<std::string>& seeds) : seeds_(seeds) {}

  std::string Next() {
    std::string input = seeds_[Below(seeds_.size())];
    const size_t changes = 1 + Below(8);
    for (size_t i = 0; i < changes; ++i) ChangeOnce(input);
    input.resize(std::min(input.size(), kInputBytesMax));
    return input;
  }

 private:
  // Small modulo, so that every standard library gives the same.
  size_t Below(size_t limit) { return limit == 0 ? 0 : random_() % limit; }
  char RandomByte() {
    constexpr char kTelling[] = {0, 1, 4, 16, 127, -128, -1, '"', '\n', ' ', '{', '[', '-', '%'};
    return Below(2) == 0 ? kTelling[Below(sizeof(kTelling))] : static_cast<char>(Below(256));
  }

  void ChangeOnce(std::string& input) {
    const size_t at = Below(input.size() + 1);
    const size_t length = std::min(input.size() - at, 1 + Below(Below(4) == 0 ? 256 : 4));
    switch (Below(6)) {
      case 0:
        for (size_t i = 0; i < length; ++i) input[at + i] = RandomByte();
        break;
      case 1:
        if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << Below(8)));
        break;
      case 2:
        input.erase(at, length);
        break;
      case 3:
        input.insert(at, 1 + Below(4), RandomByte());
        break;
      case 4:  // Its own piece again.
        input.insert(Below(input.size() + 1), input.substr(at, length));
        break;
      case 5: {  // A piece of another.
        const std::string& other = seeds_[Below(seeds_.size())];
        const size_t from = Below(other.size() + 1);
        input.insert(at, other.substr(from, 1 + Below(64)));
        break;
      }
    }
  }

  const std::vector<std::string>& seeds_;
  std::mt19937 random_{1};
};

std::vector<std::string> ReadSeeds(const std::string& path) {
  std::vector<std::string> files;
  if (std::filesystem::is_directory(path)) {
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
  } else {
    files = {path};
  }
  std::vector<std::string> seeds;
  for (const std::string& file : files) {
    auto text = vedette::ReadFile(file, 1 << 20);
    if (text.ok()) seeds.push_back(*std::move(text));
  }
  return seeds;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> seeds = ReadSeeds(argc > 1 ? argv[1] : "");
  if (seeds.empty()) {
    std::cerr << "usage: " << argv[0] << " SEEDS [SECONDS] | FILE: found no input\n";
    return 2;
  }
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE}) std::signal(signal, KeepCrash);
  for (const std::string& seed : seeds) Try(seed);
  if (seeds.size() == 1 && !std::filesystem::is_directory(argv[1])) return 0;

  const std::chrono::duration<double> time(argc > 2 ? std::atof(argv[2]) : 2.0);
  const auto end = std::chrono::steady_clock::now() + time;
  Mutator mutator(seeds);
  uint64_t tried = 0;
  for (; std::chrono::steady_clock::now() < end; ++tried) Try(mutator.Next());
  std::cout << seeds.size() << " seeds and " << tried << " changed ones: no finding\n";
  return 0;
}
