// SPDX-License-Identifier: Apache-2.0
// No unit test: service_requests_test has the fields.
//
// proc.requested_by.*: who asked the service that started the process, or its ancestor.
#include "engine/enrich/fields.h"
#include "engine/enrich/process_table.h"

namespace vedette {
namespace {

const ServiceRequest* RequestOf(const Event& event) {
  return event.process == nullptr ? nullptr : event.table.RequestOf(*event.process);
}

void AddText(const Event& event, std::string ServiceRequest::*text, Values& values) {
  const ServiceRequest* request = RequestOf(event);
  if (request != nullptr) values.Add(TextValue(request->*text));
}

}  // namespace

void Get_requested_by_name(const Event& event, const FieldRef&, Values& values) {
  AddText(event, &ServiceRequest::name, values);
}
void Get_requested_by_exepath(const Event& event, const FieldRef&, Values& values) {
  AddText(event, &ServiceRequest::exe_path, values);
}
void Get_requested_by_cmdline(const Event& event, const FieldRef&, Values& values) {
  AddText(event, &ServiceRequest::command_line, values);
}
void Get_requested_by_socket(const Event& event, const FieldRef&, Values& values) {
  AddText(event, &ServiceRequest::socket, values);
}

void Get_requested_by_pid(const Event& event, const FieldRef&, Values& values) {
  const ServiceRequest* request = RequestOf(event);
  if (request != nullptr) values.Add(Value::Signed(request->pid));
}
void Get_requested_by_uid(const Event& event, const FieldRef&, Values& values) {
  const ServiceRequest* request = RequestOf(event);
  if (request != nullptr) values.Add(Value::Unsigned(request->uid));
}
void Get_requested_by_exec_id(const Event& event, const FieldRef&, Values& values) {
  const ServiceRequest* request = RequestOf(event);
  if (request != nullptr) values.Add(Value::Unsigned(request->exec_id));
}
void Get_requested_by_candidates(const Event& event, const FieldRef&, Values& values) {
  const ServiceRequest* request = RequestOf(event);
  if (request != nullptr) values.Add(Value::Unsigned(request->candidates));
}

}  // namespace vedette
