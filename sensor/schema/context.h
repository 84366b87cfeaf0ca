// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Fields that rules may name and that user space supplies: worked out from a record, its
// process, its ancestors or the host.
// CONTEXT(id, name, field type, argument, uses, kinds, what it is)
//   id         engine/enrich defines `void Get_<id>(const Event&, const FieldRef&, Values&)`
//   argument   NONE, NUMBER or KEY (`proc.env[HOME]`), NUMBER_OR_NONE or KEY_OR_NONE
//   uses       where it may stand, as in Falco: ANYWHERE, LEFT_ONLY (neither on the right side nor
//              in a transformer), FILTER_ONLY (that, and not in outputs), PRINT_ONLY (not in
//              conditions), OLD (deprecated), LIST (a list, not on the right side)
//   kinds      ANY, or for which kinds the field can have a value
#ifndef VEDETTE_SENSOR_SCHEMA_CONTEXT_H_
#define VEDETTE_SENSOR_SCHEMA_CONTEXT_H_

// Rows are read as a table.
// clang-format off
#define CONTEXT_FIELDS(CONTEXT)                                                                    \
  CONTEXT(evt_num, "evt.num", kUnsigned, NONE, ANYWHERE, ANY,                                      \
      "Number of the event, counted from the start of the daemon")                                 \
  CONTEXT(evt_time, "evt.time", kText, NONE, ANYWHERE, ANY, "Time of day, to the nanosecond")      \
  CONTEXT(evt_time_iso8601, "evt.time.iso8601", kText, NONE, ANYWHERE, ANY,                        \
      "Time in UTC, ISO 8601")                                                                     \
  CONTEXT(evt_rawtime, "evt.rawtime", kWallTime, NONE, ANYWHERE, ANY,                              \
      "Time, nanoseconds since 1970")                                                              \
  CONTEXT(evt_kind, "evt.kind", kText, NONE, ANYWHERE, ANY,                                        \
      "Kind of event, in Vedette's own names")                                                     \
  CONTEXT(evt_type, "evt.type", kText, NONE, ANYWHERE, ANY,                                        \
      "System call in progress, or the one for which the act stands")                              \
  CONTEXT(evt_category, "evt.category", kText, NONE, ANYWHERE, ANY,                                \
      "Family of the event: process, file, network")                                               \
  CONTEXT(evt_dir, "evt.dir", kText, NONE, OLD, ANY, "Always <: events are reported when done")    \
  CONTEXT(evt_res, "evt.res", kText, NONE, ANYWHERE, ANY, "SUCCESS, or the name of the error")     \
  CONTEXT(evt_failed, "evt.failed", kBool, NONE, ANYWHERE, ANY, "The act failed")                  \
  CONTEXT(evt_is_io_uring, "evt.is_io_uring", kBool, NONE, ANYWHERE, ANY,                          \
      "Submitted through io_uring")                                                                \
  CONTEXT(evt_is_compat, "evt.is_compat", kBool, NONE, ANYWHERE, ANY,                              \
      "Made by a 32-bit system call")                                                              \
  CONTEXT(evt_hostname, "evt.hostname", kText, NONE, ANYWHERE, ANY, "Name of the host")            \
  CONTEXT(evt_source, "evt.source", kText, NONE, ANYWHERE, ANY, "Always syscall")                  \
  CONTEXT(evt_is_open_read, "evt.is_open_read", kBool, NONE, ANYWHERE, FILE,                       \
      "The file was opened for reading")                                                           \
  CONTEXT(evt_is_open_write, "evt.is_open_write", kBool, NONE, ANYWHERE, FILE,                     \
      "The file was opened for writing")                                                           \
  CONTEXT(evt_is_open_exec, "evt.is_open_exec", kBool, NONE, ANYWHERE, FILE,                       \
      "A file was created with an execute permission")                                             \
  CONTEXT(evt_arg_flags, "evt.arg.flags", kText, NONE, ANYWHERE, FILE,                             \
      "Flags given to open(2), by name")                                                           \
  CONTEXT(proc_exe, "proc.exe", kText, NONE, ANYWHERE, ANY, "First argument (argv[0])")            \
  CONTEXT(proc_args, "proc.args", kText, NUMBER_OR_NONE, ANYWHERE, ANY,                            \
      "Arguments without the first; [n]: the n-th of them")                                        \
  CONTEXT(proc_cmdline, "proc.cmdline", kText, NONE, ANYWHERE, ANY,                                \
      "Name and arguments, joined by blanks")                                                      \
  CONTEXT(proc_exeline, "proc.exeline", kText, NONE, ANYWHERE, ANY,                                \
      "First argument and arguments, joined by blanks")                                            \
  CONTEXT(proc_cmdnargs, "proc.cmdnargs", kUnsigned, NONE, ANYWHERE, ANY,                          \
      "How many arguments, without the first")                                                     \
  CONTEXT(proc_cmdlenargs, "proc.cmdlenargs", kUnsigned, NONE, ANYWHERE, ANY,                      \
      "Bytes in the arguments, blanks not counted")                                                \
  CONTEXT(proc_env, "proc.env", kText, KEY_OR_NONE, ANYWHERE, ANY,                                 \
      "Environment; [NAME]: one variable's value")                                                 \
  CONTEXT(proc_pname, "proc.pname", kText, NONE, ANYWHERE, ANY, "Name of the parent")              \
  CONTEXT(proc_pexe, "proc.pexe", kText, NONE, ANYWHERE, ANY, "First argument of the parent")      \
  CONTEXT(proc_pexepath, "proc.pexepath", kPath, NONE, ANYWHERE, ANY,                              \
      "Executable of the parent")                                                                  \
  CONTEXT(proc_pcmdline, "proc.pcmdline", kText, NONE, ANYWHERE, ANY,                              \
      "Name and arguments of the parent")                                                          \
  CONTEXT(proc_apid, "proc.apid", kSigned, NUMBER_OR_NONE, LEFT_ONLY, ANY,                         \
      "Process id of any ancestor; [n]: of the n-th")                                              \
  CONTEXT(proc_aname, "proc.aname", kText, NUMBER_OR_NONE, LEFT_ONLY, ANY,                         \
      "Name of any ancestor; [n]: of the n-th, 0 the process itself")                              \
  CONTEXT(proc_aexe, "proc.aexe", kText, NUMBER_OR_NONE, LEFT_ONLY, ANY,                           \
      "First argument of any ancestor; [n]: of the n-th")                                          \
  CONTEXT(proc_aexepath, "proc.aexepath", kPath, NUMBER_OR_NONE, LEFT_ONLY, ANY,                   \
      "Executable of any ancestor; [n]: of the n-th")                                              \
  CONTEXT(proc_acmdline, "proc.acmdline", kText, NUMBER_OR_NONE, LEFT_ONLY, ANY,                   \
      "Name and arguments of any ancestor; [n]: of the n-th")                                      \
  CONTEXT(proc_sname, "proc.sname", kText, NONE, ANYWHERE, ANY, "Name of the session leader")      \
  CONTEXT(proc_is_sid_leader, "proc.is_sid_leader", kBool, NONE, ANYWHERE, ANY,                    \
      "The process leads its session")                                                             \
  CONTEXT(proc_duration, "proc.duration", kDuration, NONE, ANYWHERE, ANY,                          \
      "Age of the process, nanoseconds")                                                           \
  CONTEXT(proc_ppid_duration, "proc.ppid.duration", kDuration, NONE, ANYWHERE, ANY,                \
      "Age of the parent, nanoseconds")                                                            \
  CONTEXT(thread_ismain, "thread.ismain", kBool, NONE, ANYWHERE, ANY,                              \
      "The thread is the first of its process")                                                    \
  CONTEXT(thread_cap_effective, "thread.cap_effective", kText, NONE, ANYWHERE, ANY,                \
      "Capabilities in force at exec, by name")                                                    \
  CONTEXT(thread_cap_permitted, "thread.cap_permitted", kText, NONE, ANYWHERE, ANY,                \
      "Capabilities permitted at exec, by name")                                                   \
  CONTEXT(thread_cap_inheritable, "thread.cap_inheritable", kText, NONE, ANYWHERE, ANY,            \
      "Capabilities inheritable at exec, by name")                                                 \
  CONTEXT(user_name, "user.name", kText, NONE, ANYWHERE, ANY, "Name of the effective user")        \
  CONTEXT(user_loginname, "user.loginname", kText, NONE, ANYWHERE, ANY,                            \
      "Name of the user who logged in")                                                            \
  CONTEXT(group_name, "group.name", kText, NONE, ANYWHERE, ANY, "Name of the effective group")     \
  CONTEXT(container_id, "container.id", kText, NONE, ANYWHERE, ANY,                                \
      "First 12 digits of the container's id, or host")                                            \
  CONTEXT(container_full_id, "container.full_id", kText, NONE, ANYWHERE, ANY,                      \
      "The container's id, or host")                                                               \
  CONTEXT(container_type, "container.type", kText, NONE, ANYWHERE, ANY,                            \
      "Runtime of the container, or host")                                                         \
  CONTEXT(fd_num, "fd.num", kSigned, NONE, ANYWHERE, FILE | NETWORK,                               \
      "Descriptor; 0 where only success is known; below 0 on failure")                             \
  CONTEXT(fd_name, "fd.name", kText, NONE, ANYWHERE, FILE | NETWORK,                               \
      "Path of the file or unix socket, or addresses and ports of the connection")                 \
  CONTEXT(fd_type, "fd.type", kText, NONE, ANYWHERE, FILE | NETWORK,                               \
      "file, directory, ipv4, ipv6, unix, ...")                                                    \
  CONTEXT(fd_typechar, "fd.typechar", kText, NONE, ANYWHERE, FILE | NETWORK,                       \
      "f file, d directory, 4 IPv4, 6 IPv6, u unix, ...")                                          \
  CONTEXT(fd_directory, "fd.directory", kPath, NONE, ANYWHERE, FILE,                               \
      "Path of the file's directory")                                                              \
  CONTEXT(fd_filename, "fd.filename", kText, NONE, ANYWHERE, FILE,                                 \
      "Last part of the file's path")                                                              \
  CONTEXT(fd_path_truncated, "fd.path_truncated", kBool, NONE, ANYWHERE, FILE,                     \
      "The path was longer than the kernel could carry; the end of it is there")                   \
  CONTEXT(fd_dev_major, "fd.dev.major", kUnsigned, NONE, ANYWHERE, FILE,                           \
      "Major number of the device")                                                                \
  CONTEXT(fd_dev_minor, "fd.dev.minor", kUnsigned, NONE, ANYWHERE, FILE,                           \
      "Minor number of the device")                                                                \
  CONTEXT(fd_ip, "fd.ip", kAddress, NONE, FILTER_ONLY, NETWORK, "Address of either end")           \
  CONTEXT(fd_cip, "fd.cip", kAddress, NONE, ANYWHERE, NETWORK, "Address of the client")            \
  CONTEXT(fd_sip, "fd.sip", kAddress, NONE, ANYWHERE, NETWORK, "Address of the server")            \
  CONTEXT(fd_net, "fd.net", kNetwork, NONE, FILTER_ONLY, NETWORK,                                  \
      "Address of either end, compared with networks")                                             \
  CONTEXT(fd_rnet, "fd.rnet", kNetwork, NONE, FILTER_ONLY, NETWORK,                                \
      "Peer's address, compared with networks")                                                    \
  CONTEXT(fd_snet, "fd.snet", kNetwork, NONE, FILTER_ONLY, NETWORK,                                \
      "Server's address, compared with networks")                                                  \
  CONTEXT(fd_port, "fd.port", kPort, NONE, FILTER_ONLY, NETWORK, "Port of either end")             \
  CONTEXT(fd_cport, "fd.cport", kPort, NONE, ANYWHERE, NETWORK, "Port of the client")              \
  CONTEXT(fd_sport, "fd.sport", kPort, NONE, ANYWHERE, NETWORK, "Port of the server")              \
  CONTEXT(fd_l4proto, "fd.l4proto", kText, NONE, ANYWHERE, NETWORK, "tcp, udp, icmp, raw")         \
  CONTEXT(fd_sockfamily, "fd.sockfamily", kText, NONE, ANYWHERE, NETWORK, "ip or unix")            \
  CONTEXT(exe_path_truncated, "proc.exepath_truncated", kBool, NONE, ANYWHERE, ANY,                \
      "The executable's path was longer than the kernel could carry")                              \
  CONTEXT(args_truncated, "proc.args_truncated", kBool, NONE, ANYWHERE, ANY,                       \
      "The arguments were longer than the kernel could carry")
// clang-format on

#endif  // VEDETTE_SENSOR_SCHEMA_CONTEXT_H_
