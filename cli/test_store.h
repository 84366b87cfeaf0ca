// SPDX-License-Identifier: Apache-2.0
//
// For tests of the commands that read the store: one of their own, in a folder that goes away.
#ifndef VEDETTE_CLI_TEST_STORE_H_
#define VEDETTE_CLI_TEST_STORE_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/temporary_directory.h"
#include "cli/command.h"
#include "storage/event_store.h"

namespace vedette {

class StoreCommandTest : public testing::Test {
 protected:
  // Makes the store, with these alerts in it.
  void MakeStore(const std::vector<Alert>& alerts) {
    StoreOptions options;
    options.path = path_;
    options.age_max = absl::InfiniteDuration();
    auto store = EventStore::Open(options);
    ASSERT_TRUE(store.ok()) << store.status();
    for (const Alert& alert : alerts) ASSERT_TRUE((*store)->OfferAlert(alert));
    ASSERT_TRUE((*store)->Close().ok());
  }

  // Runs the command on that store.
  ExitCode Ask(const std::string& command, std::vector<std::string> arguments, CapturedIo& io) {
    arguments.insert(arguments.begin(), command);
    arguments.insert(arguments.end(), {"--store", path_});
    return RunCommandLine(arguments, io);
  }

  const TemporaryDirectory folder_;
  const std::string path_ = folder_.File("store.db");
};

}  // namespace vedette

#endif  // VEDETTE_CLI_TEST_STORE_H_
