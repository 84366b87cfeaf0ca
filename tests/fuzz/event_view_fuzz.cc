// SPDX-License-Identifier: Apache-2.0
//
// The decoder: whatever it accepts can be read to the last member. The bytes are tried as they are,
// and once more with the size that they have, without which few would pass.
#include <cstring>
#include <vector>

#include "sensor/decode/event_view.h"
#include "tests/fuzz/fuzz_target.h"

namespace vedette {
namespace {

size_t ReadText(absl::string_view text) {
  size_t sum = 0;
  for (const char c : text) sum += static_cast<unsigned char>(c);
  ForEachArgument(text, [&](absl::string_view argument) { sum += argument.size(); });
  return sum;
}

void ReadEverything(const EventView& view) {
  size_t sum = ReadText(view.comm());
  for (const auto members : {HeaderMembers(), view.info().members}) {
    for (const Member& member : members) {
      sum += ReadText(view.Text(member)) + (view.Truncated(member) ? 1 : 0);
      if (member.shape == MemberShape::kNumber) sum += view.Number(member);
      sum += ReadText(view.Get(member).text);
    }
  }
  asm volatile("" : : "r"(sum));  // Nothing above may be left out.
}

}  // namespace
}  // namespace vedette

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  if (const auto view = EventView::Parse(AsBytes(data, size))) ReadEverything(*view);
  std::vector<uint8_t> sized(data, data + size);
  const auto bytes = static_cast<uint32_t>(size);
  if (size >= sizeof(bytes)) std::memcpy(sized.data(), &bytes, sizeof(bytes));
  const auto view = EventView::Parse(AsBytes(sized.data(), size));
  if (view) ReadEverything(*view);
  return 0;
}
