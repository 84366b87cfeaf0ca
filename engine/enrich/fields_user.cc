// SPDX-License-Identifier: Apache-2.0
// No unit test: fields_test reads each of them.
//
// user.* and group.*: on whose behalf.
#include "engine/enrich/fields.h"
#include "engine/enrich/host_info.h"
#include "engine/enrich/process_table.h"

namespace vedette {
namespace {

const ProgramRecord* ProgramOf(const Event& event) {
  return event.process == nullptr ? nullptr : event.table.ProgramOf(*event.process);
}

}  // namespace

void Get_user_name(const Event& event, const FieldRef&, Values& values) {
  values.Add(TextValue(event.host.UserName(event.view.header().uid)));
}

void Get_user_homedir(const Event& event, const FieldRef&, Values& values) {
  values.Add(TextValue(event.host.UserHome(event.view.header().uid)));
}

void Get_user_shell(const Event& event, const FieldRef&, Values& values) {
  values.Add(TextValue(event.host.UserShell(event.view.header().uid)));
}

void Get_user_loginname(const Event& event, const FieldRef&, Values& values) {
  const ProgramRecord* program = ProgramOf(event);
  if (program == nullptr || program->fixed().login_uid < 0) return;  // -1: nobody logged in.
  values.Add(TextValue(event.host.UserName(static_cast<uint32_t>(program->fixed().login_uid))));
}

void Get_group_name(const Event& event, const FieldRef&, Values& values) {
  values.Add(TextValue(event.host.GroupName(event.view.header().gid)));
}

}  // namespace vedette
