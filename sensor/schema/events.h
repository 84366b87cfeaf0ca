// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The list of event kinds. EVENT(kind, number, Falco event types, category, what it is)
// Numbers are part of the record format: never reuse one. The event types are those that `evt.type`
// can take for the kind; the first one stands in where no system call tells (io_uring, say).
#ifndef VEDETTE_SENSOR_SCHEMA_EVENTS_H_
#define VEDETTE_SENSOR_SCHEMA_EVENTS_H_

// Rows are read as a table.
// clang-format off
#define WIRE_EVENTS(EVENT)                                                                         \
  EVENT(process_fork, 1, "clone,clone3,fork,vfork", "process", "A process was created")            \
  EVENT(process_exec, 2, "execve,execveat", "process", "A process began to run a program")         \
  EVENT(process_exit, 3, "procexit", "process", "The last thread of a process ended")              \
  EVENT(process_seen, 4, "", "internal", "A process was there when Vedette started")               \
  EVENT(file_open, 10, "openat2,openat,open,creat,open_by_handle_at", "file",                      \
      "A file was opened, or failed to open")                                                      \
  EVENT(network_connect, 20, "connect", "net",                                                     \
      "A socket was connected, or failed to connect")                                              \
  EVENT(lost, 60, "", "internal", "Records that did not arrive, and how many")

#define WIRE_KIND(kind, number, ...) WIRE_##kind = number,
enum wire_kind { WIRE_EVENTS(WIRE_KIND) };
#define WIRE_KIND_LIMIT 64  // Kinds are below this: they index arrays and bit sets.
// clang-format on

#endif  // VEDETTE_SENSOR_SCHEMA_EVENTS_H_
