// SPDX-License-Identifier: Apache-2.0
// No unit test: fields_evt_test reads them.
//
// evt.* that count events, and those that say the same of every event that there is.
#include "engine/enrich/fields.h"

namespace vedette {

#define CONSTANT(id, value) \
  void Get_##id(const Event&, const FieldRef&, Values& values) { values.Add(value); }

// No kind is of a call that reads, writes or waits.
CONSTANT(evt_is_io, Value::Bool(false))
CONSTANT(evt_is_io_read, Value::Bool(false))
CONSTANT(evt_is_io_write, Value::Bool(false))
CONSTANT(evt_is_wait, Value::Bool(false))
CONSTANT(evt_is_syslog, Value::Bool(false))
CONSTANT(evt_is_async, Value::Bool(false))
CONSTANT(evt_count_procinfo, Value::Unsigned(0))
CONSTANT(evt_count_threadinfo, Value::Unsigned(0))
CONSTANT(evt_latency, Value::Unsigned(0))
CONSTANT(evt_latency_s, Value::Unsigned(0))
CONSTANT(evt_latency_ns, Value::Unsigned(0))
CONSTANT(evt_latency_quantized, Value::Unsigned(0))
CONSTANT(evt_latency_human, Value::Text("0ns"))
CONSTANT(evt_wait_latency, Value::Unsigned(0))

// An event that stands for repeats counts as many as they are.
void Get_evt_count(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Unsigned(event.view.header().repeats));
}
void Get_evt_count_exit(const Event& event, const FieldRef& ref, Values& values) {
  Get_evt_count(event, ref, values);
}

void Get_evt_count_error(const Event& event, const FieldRef& ref, Values& values) {
  Values failed;
  Get_evt_failed(event, ref, failed);
  for (const Value& value : failed) {
    values.Add(Value::Unsigned(value.number * event.view.header().repeats));
  }
}

// Their kinds differ.
void Get_evt_count_error_file(const Event& event, const FieldRef& ref, Values& values) {
  Get_evt_count_error(event, ref, values);
}
void Get_evt_count_error_net(const Event& event, const FieldRef& ref, Values& values) {
  Get_evt_count_error(event, ref, values);
}
void Get_evt_count_error_other(const Event& event, const FieldRef& ref, Values& values) {
  Get_evt_count_error(event, ref, values);
}

}  // namespace vedette
