// SPDX-License-Identifier: Apache-2.0
//
// A second sensor for tests that need one with settings of their own, beside the one that all
// suites share.
#ifndef VEDETTE_TESTS_KERNEL_OWN_SENSOR_H_
#define VEDETTE_TESTS_KERNEL_OWN_SENSOR_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/kernel/kernel_fixture.h"

namespace vedette {

class OwnSensorTest : public KernelTest {
 protected:
  // Opens it in the same mode, for the test's own process tree; fails the test if that fails.
  void OpenOwn(RingSourceOptions options);
  // Puts a rule set in force that wants every act of the kinds for recording only: on the bulk
  // lane.
  void RecordAll(KindSet kinds);
  void TearDown() override { own_.reset(); }

  // What comes within the time. Records of kinds that nobody asked for are left out.
  std::vector<Seen> PollFor(absl::Duration time);
  RingSource& own() { return *own_; }

  // Descriptors of this process that it did not have before OpenOwn, of BPF objects: their
  // fdinfo's text by number.
  const std::map<int, std::string>& descriptors() const { return descriptors_; }

 private:
  std::unique_ptr<RingSource> own_;
  std::map<int, std::string> descriptors_;
};

}  // namespace vedette

#endif  // VEDETTE_TESTS_KERNEL_OWN_SENSOR_H_
