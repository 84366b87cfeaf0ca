// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Fields that rules may name and that user space supplies: worked out from a record, its
// process, its ancestors or the host. CONTEXT(id, name, field type, argument, kinds, what it is)
//   id         engine/enrich defines `void Get_<id>(const Event&, const FieldRef&, Values&)`
//   argument   kNoArgument, kOptionalArgument or kRequiredArgument: `proc.aname[2]`
//   kinds      ANY, or for which kinds the field can have a value
#ifndef VEDETTE_SENSOR_SCHEMA_CONTEXT_H_
#define VEDETTE_SENSOR_SCHEMA_CONTEXT_H_

// Rows are read as a table.
// clang-format off
#define CONTEXT_FIELDS(CONTEXT)                                                                    \
  CONTEXT(evt_num, "evt.num", kUnsigned, kNoArgument, ANY,                                         \
      "Number of the event, counted from the start of the daemon")                                 \
  CONTEXT(evt_time, "evt.time", kText, kNoArgument, ANY, "Time of day, to the nanosecond")         \
  CONTEXT(evt_time_iso8601, "evt.time.iso8601", kText, kNoArgument, ANY,                           \
      "Time in UTC, ISO 8601")                                                                     \
  CONTEXT(evt_rawtime, "evt.rawtime", kWallTime, kNoArgument, ANY,                                 \
      "Time, nanoseconds since 1970")                                                              \
  CONTEXT(evt_kind, "evt.kind", kText, kNoArgument, ANY,                                           \
      "Kind of event, in Vedette's own names")                                                     \
  CONTEXT(evt_type, "evt.type", kText, kNoArgument, ANY,                                           \
      "System call in progress, or the one for which the act stands")                              \
  CONTEXT(evt_category, "evt.category", kText, kNoArgument, ANY,                                   \
      "Family of the event: process, file, network")                                               \
  CONTEXT(evt_dir, "evt.dir", kText, kNoArgument, ANY,                                             \
      "Always <: events are reported when done")                                                   \
  CONTEXT(evt_res, "evt.res", kText, kNoArgument, ANY, "SUCCESS, or the name of the error")        \
  CONTEXT(evt_failed, "evt.failed", kBool, kNoArgument, ANY, "The act failed")                     \
  CONTEXT(evt_is_io_uring, "evt.is_io_uring", kBool, kNoArgument, ANY,                             \
      "Submitted through io_uring")                                                                \
  CONTEXT(evt_is_compat, "evt.is_compat", kBool, kNoArgument, ANY,                                 \
      "Made by a 32-bit system call")                                                              \
  CONTEXT(evt_hostname, "evt.hostname", kText, kNoArgument, ANY, "Name of the host")               \
  CONTEXT(evt_source, "evt.source", kText, kNoArgument, ANY, "Always syscall")                     \
  CONTEXT(evt_is_open_read, "evt.is_open_read", kBool, kNoArgument, FILE,                          \
      "The file was opened for reading")                                                           \
  CONTEXT(evt_is_open_write, "evt.is_open_write", kBool, kNoArgument, FILE,                        \
      "The file was opened for writing")                                                           \
  CONTEXT(evt_is_open_exec, "evt.is_open_exec", kBool, kNoArgument, FILE,                          \
      "A file was created with an execute permission")                                             \
  CONTEXT(evt_arg_flags, "evt.arg.flags", kText, kNoArgument, FILE,                                \
      "Flags given to open(2), by name")                                                           \
  CONTEXT(proc_exe, "proc.exe", kText, kNoArgument, ANY, "First argument (argv[0])")               \
  CONTEXT(proc_args, "proc.args", kText, kOptionalArgument, ANY,                                   \
      "Arguments without the first; [n]: the n-th of them")                                        \
  CONTEXT(proc_cmdline, "proc.cmdline", kText, kNoArgument, ANY,                                   \
      "Name and arguments, joined by blanks")                                                      \
  CONTEXT(proc_exeline, "proc.exeline", kText, kNoArgument, ANY,                                   \
      "First argument and arguments, joined by blanks")                                            \
  CONTEXT(proc_cmdnargs, "proc.cmdnargs", kUnsigned, kNoArgument, ANY,                             \
      "How many arguments, without the first")                                                     \
  CONTEXT(proc_cmdlenargs, "proc.cmdlenargs", kUnsigned, kNoArgument, ANY,                         \
      "Bytes in the arguments, blanks not counted")                                                \
  CONTEXT(proc_env, "proc.env", kText, kOptionalArgument, ANY,                                     \
      "Environment; [NAME]: one variable's value")                                                 \
  CONTEXT(proc_pname, "proc.pname", kText, kNoArgument, ANY, "Name of the parent")                 \
  CONTEXT(proc_pexe, "proc.pexe", kText, kNoArgument, ANY, "First argument of the parent")         \
  CONTEXT(proc_pexepath, "proc.pexepath", kPath, kNoArgument, ANY, "Executable of the parent")     \
  CONTEXT(proc_pcmdline, "proc.pcmdline", kText, kNoArgument, ANY,                                 \
      "Name and arguments of the parent")                                                          \
  CONTEXT(proc_apid, "proc.apid", kSigned, kOptionalArgument, ANY,                                 \
      "Process id of any ancestor; [n]: of the n-th")                                              \
  CONTEXT(proc_aname, "proc.aname", kText, kOptionalArgument, ANY,                                 \
      "Name of any ancestor; [n]: of the n-th, 0 the process itself")                              \
  CONTEXT(proc_aexe, "proc.aexe", kText, kOptionalArgument, ANY,                                   \
      "First argument of any ancestor; [n]: of the n-th")                                          \
  CONTEXT(proc_aexepath, "proc.aexepath", kPath, kOptionalArgument, ANY,                           \
      "Executable of any ancestor; [n]: of the n-th")                                              \
  CONTEXT(proc_acmdline, "proc.acmdline", kText, kOptionalArgument, ANY,                           \
      "Name and arguments of any ancestor; [n]: of the n-th")                                      \
  CONTEXT(proc_sname, "proc.sname", kText, kNoArgument, ANY, "Name of the session leader")         \
  CONTEXT(proc_is_sid_leader, "proc.is_sid_leader", kBool, kNoArgument, ANY,                       \
      "The process leads its session")                                                             \
  CONTEXT(proc_duration, "proc.duration", kDuration, kNoArgument, ANY,                             \
      "Age of the process, nanoseconds")                                                           \
  CONTEXT(proc_ppid_duration, "proc.ppid.duration", kDuration, kNoArgument, ANY,                   \
      "Age of the parent, nanoseconds")                                                            \
  CONTEXT(thread_ismain, "thread.ismain", kBool, kNoArgument, ANY,                                 \
      "The thread is the first of its process")                                                    \
  CONTEXT(thread_cap_effective, "thread.cap_effective", kText, kNoArgument, ANY,                   \
      "Capabilities in force at exec, by name")                                                    \
  CONTEXT(thread_cap_permitted, "thread.cap_permitted", kText, kNoArgument, ANY,                   \
      "Capabilities permitted at exec, by name")                                                   \
  CONTEXT(thread_cap_inheritable, "thread.cap_inheritable", kText, kNoArgument, ANY,               \
      "Capabilities inheritable at exec, by name")                                                 \
  CONTEXT(user_name, "user.name", kText, kNoArgument, ANY, "Name of the effective user")           \
  CONTEXT(user_loginname, "user.loginname", kText, kNoArgument, ANY,                               \
      "Name of the user who logged in")                                                            \
  CONTEXT(group_name, "group.name", kText, kNoArgument, ANY, "Name of the effective group")        \
  CONTEXT(container_id, "container.id", kText, kNoArgument, ANY,                                   \
      "First 12 digits of the container's id, or host")                                            \
  CONTEXT(container_full_id, "container.full_id", kText, kNoArgument, ANY,                         \
      "The container's id, or host")                                                               \
  CONTEXT(container_type, "container.type", kText, kNoArgument, ANY,                               \
      "Runtime of the container, or host")                                                         \
  CONTEXT(fd_num, "fd.num", kSigned, kNoArgument, FILE | NETWORK,                                  \
      "Descriptor; 0 where only success is known; below 0 on failure")                             \
  CONTEXT(fd_name, "fd.name", kText, kNoArgument, FILE | NETWORK,                                  \
      "Path of the file or unix socket, or addresses and ports of the connection")                 \
  CONTEXT(fd_type, "fd.type", kText, kNoArgument, FILE | NETWORK,                                  \
      "file, directory, ipv4, ipv6, unix, ...")                                                    \
  CONTEXT(fd_typechar, "fd.typechar", kText, kNoArgument, FILE | NETWORK,                          \
      "f file, d directory, 4 IPv4, 6 IPv6, u unix, ...")                                          \
  CONTEXT(fd_directory, "fd.directory", kPath, kNoArgument, FILE,                                  \
      "Path of the file's directory")                                                              \
  CONTEXT(fd_filename, "fd.filename", kText, kNoArgument, FILE, "Last part of the file's path")    \
  CONTEXT(fd_path_truncated, "fd.path_truncated", kBool, kNoArgument, FILE,                        \
      "The path was longer than the kernel could carry; the end of it is there")                   \
  CONTEXT(fd_dev_major, "fd.dev.major", kUnsigned, kNoArgument, FILE,                              \
      "Major number of the device")                                                                \
  CONTEXT(fd_dev_minor, "fd.dev.minor", kUnsigned, kNoArgument, FILE,                              \
      "Minor number of the device")                                                                \
  CONTEXT(fd_ip, "fd.ip", kAddress, kNoArgument, NETWORK, "Address of either end")                 \
  CONTEXT(fd_cip, "fd.cip", kAddress, kNoArgument, NETWORK, "Address of the client")               \
  CONTEXT(fd_sip, "fd.sip", kAddress, kNoArgument, NETWORK, "Address of the server")               \
  CONTEXT(fd_net, "fd.net", kNetwork, kNoArgument, NETWORK,                                        \
      "Address of either end, compared with networks")                                             \
  CONTEXT(fd_rnet, "fd.rnet", kNetwork, kNoArgument, NETWORK,                                      \
      "Peer's address, compared with networks")                                                    \
  CONTEXT(fd_snet, "fd.snet", kNetwork, kNoArgument, NETWORK,                                      \
      "Server's address, compared with networks")                                                  \
  CONTEXT(fd_port, "fd.port", kPort, kNoArgument, NETWORK, "Port of either end")                   \
  CONTEXT(fd_cport, "fd.cport", kPort, kNoArgument, NETWORK, "Port of the client")                 \
  CONTEXT(fd_sport, "fd.sport", kPort, kNoArgument, NETWORK, "Port of the server")                 \
  CONTEXT(fd_l4proto, "fd.l4proto", kText, kNoArgument, NETWORK, "tcp, udp, icmp, raw")            \
  CONTEXT(fd_sockfamily, "fd.sockfamily", kText, kNoArgument, NETWORK, "ip or unix")               \
  CONTEXT(exe_path_truncated, "proc.exepath_truncated", kBool, kNoArgument, ANY,                   \
      "The executable's path was longer than the kernel could carry")                              \
  CONTEXT(args_truncated, "proc.args_truncated", kBool, kNoArgument, ANY,                          \
      "The arguments were longer than the kernel could carry")
// clang-format on

#endif  // VEDETTE_SENSOR_SCHEMA_CONTEXT_H_
