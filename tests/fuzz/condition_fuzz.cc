// SPDX-License-Identifier: Apache-2.0
//
// A condition without a rule file around it. What loads is tried on the sample's events: the
// matcher must find what the naive walk finds, and the classifier must let all of that survive.
#include <algorithm>
#include <deque>
#include <string>

#include "base/check.h"
#include "engine/enrich/test_host.h"
#include "engine/match/matcher.h"
#include "rules/classify/classifier.h"
#include "rules/lang/load.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/oracle/naive_eval.h"
#include "tests/replay/sample.h"

namespace vedette {
namespace {

// The sample's events, each with its processes as they were at the end.
class Sample {
 public:
  Sample() : host_(SampleHost()), records_(SampleRecords(2)) {
    for (const RecordBytes& record : records_) {
      const auto view = EventView::Parse(record);
      host_.table.OnBegin(*view);
      if ((RuleKinds() & KindBit(view->kind())) != 0) views_.push_back(*view);
    }
  }

  void Judge(const std::shared_ptr<const Program>& program) {
    Matcher matcher(program);
    const ClassifierTables tables = BuildTables(*program, 1);
    const Classifier classifier(tables);
    for (size_t i = 0; i < views_.size(); ++i) {
      const wire_header& header = views_[i].header();
      host_.arena.Clear();
      const Event event = {views_[i],
                           i + 1,
                           host_.host.WallTime(header.time_ns),
                           host_.table.Find(header.exec_id),
                           host_.table,
                           host_.host,
                           host_.arena};
      const std::vector<uint32_t> expected = NaiveMatch(*program, event);
      host_.arena.Clear();
      const auto matched = matcher.Match(event);
      CHECK(std::equal(matched.begin(), matched.end(), expected.begin(), expected.end()));
      const KindTables* kind = tables.Find(views_[i].kind());
      CHECK(kind != nullptr);
      std::vector<uint32_t> survived;
      AppendRules(*kind, classifier.Classify(InputOf(views_[i])), survived);
      CHECK(std::includes(survived.begin(), survived.end(), expected.begin(), expected.end()))
          << "the kernel would have dropped event " << i << ", " << kind->kind;
    }
  }

 private:
  TestHost host_;
  std::vector<RecordBytes> records_;
  std::deque<EventView> views_;
};

}  // namespace
}  // namespace vedette

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  static auto* const sample = new Sample;
  const NamedCondition condition = {"fuzz", std::string(AsText(data, size))};
  const LoadResult result = LoadRules({}, {&condition, 1});
  CHECK_EQ(result.program == nullptr, result.diagnostics.has_errors());
  result.diagnostics.ToText();
  if (result.program != nullptr) sample->Judge(result.program);
  return 0;
}
