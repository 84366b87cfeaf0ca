// SPDX-License-Identifier: Apache-2.0
//
// Acts that rules deny, each by a process of its own with a name of its own.
#ifndef VEDETTE_TESTS_ENFORCE_ACTS_H_
#define VEDETTE_TESTS_ENFORCE_ACTS_H_

#include <functional>
#include <string>
#include <vector>

namespace vedette {

// How an act ended: 0, an errno, or kKilled.
constexpr int kKilled = 1000;

// Runs it in a grandchild that is called `comm`, and waits for its end.
int ActAs(const std::string& comm, const std::function<int()>& act);

// errno, or 0 for a result that is no failure.
int ErrnoOf(long result);

// An act at a hook. In a folder that is its own and has: file "object", directory "place", program
// "program" (whatever its name, it does nothing and succeeds).
struct HookAct {
  std::string name;  // Letters; the actor is called "vt_" and the name.
  std::string kind;  // Of the event that the kernel decides.
  std::function<int(const std::string& folder)> act;
  // Nothing has come of it.
  std::function<bool(const std::string& folder)> is_undone = nullptr;
  std::string needs = "";  // A hook that not every kernel has.
};
std::vector<HookAct> HookActs();

// The folder with what acts need; removed with RemoveFolder.
std::string MakeFolder();
void RemoveFolder(const std::string& folder);

std::string Contents(const std::string& path);
bool Exists(const std::string& path);
// Makes a program at the path that does nothing and succeeds, whatever it is called.
bool MakeProgram(const std::string& path);
// Makes a program of the path's name that runs what it is given as a child.
bool MakeService(const std::string& path);
// Runs it: its exit status, 0, or the errno of the exec.
int RunProgram(const std::string& path);
int RunCommand(const std::vector<std::string>& command);
constexpr int kNotPermitted = 126;  // What a shell, and so a service, says of a denied exec.

}  // namespace vedette

#endif  // VEDETTE_TESTS_ENFORCE_ACTS_H_
