// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Fields that rules may name and that user space supplies: worked out from a record, its
// process, its ancestors or the host.
// CONTEXT(id, name, field type, argument, uses, kinds, what it is)
//   id         engine/enrich defines `void Get_<id>(const Event&, const FieldRef&, Values&)`
//   argument   NONE, NUMBER or KEY (`proc.env[HOME]`), NUMBER_OR_NONE or KEY_OR_NONE
//   uses       where it may stand, as in Falco: ANYWHERE, LEFT_ONLY (neither on the right side nor
//              in a transformer), FILTER_ONLY (that, and not in outputs), PRINT_ONLY (not in
//              conditions), OLD (deprecated), OLD_PRINT_ONLY, LIST (a list, not on the right side)
//   kinds      for which the field can have a value: a kind's name, or a set of schema.cc (ANY,
//              CALLS, FILE, NETWORK, ...)
#ifndef VEDETTE_SENSOR_SCHEMA_CONTEXT_H_
#define VEDETTE_SENSOR_SCHEMA_CONTEXT_H_

// Rows are read as a table.
// clang-format off
#define CONTEXT_FIELDS(CONTEXT)                                                                    \
  CONTEXT(evt_num, "evt.num", kUnsigned, NONE, ANYWHERE, ANY,                                      \
      "Number of the event, counted from the start of the daemon")                                 \
  CONTEXT(evt_time, "evt.time", kText, NONE, ANYWHERE, ANY,                                        \
      "Time of day, local, to the nanosecond")                                                     \
  CONTEXT(evt_time_iso8601, "evt.time.iso8601", kText, NONE, ANYWHERE, ANY,                        \
      "Time in UTC, ISO 8601")                                                                     \
  CONTEXT(evt_rawtime, "evt.rawtime", kWallTime, NONE, ANYWHERE, ANY,                              \
      "Time, nanoseconds since 1970")                                                              \
  CONTEXT(evt_kind, "evt.kind", kText, NONE, ANYWHERE, ANY,                                        \
      "Kind of event, in Vedette's own names")                                                     \
  CONTEXT(evt_type, "evt.type", kText, NONE, ANYWHERE, ANY,                                        \
      "System call in progress, or the one for which the act stands")                              \
  CONTEXT(evt_category, "evt.category", kText, NONE, ANYWHERE, ANY,                                \
      "Family of the event: process, file, net")                                                   \
  CONTEXT(evt_dir, "evt.dir", kText, NONE, OLD, ANY, "Always <: events are reported when done")    \
  CONTEXT(evt_res, "evt.res", kText, NONE, ANYWHERE, CALLS, "SUCCESS, or the name of the error")   \
  CONTEXT(evt_failed, "evt.failed", kBool, NONE, ANYWHERE, CALLS, "The act failed")                \
  CONTEXT(evt_is_io_uring, "evt.is_io_uring", kBool, NONE, ANYWHERE, ANY,                          \
      "Submitted through io_uring")                                                                \
  CONTEXT(evt_is_compat, "evt.is_compat", kBool, NONE, ANYWHERE, ANY,                              \
      "Made by a 32-bit system call")                                                              \
  CONTEXT(evt_hostname, "evt.hostname", kText, NONE, ANYWHERE, ANY, "Name of the host")            \
  CONTEXT(evt_source, "evt.source", kText, NONE, ANYWHERE, ANY, "Always syscall")                  \
  CONTEXT(evt_is_open_read, "evt.is_open_read", kBool, NONE, ANYWHERE, ANY,                        \
      "The file was opened for reading")                                                           \
  CONTEXT(evt_is_open_write, "evt.is_open_write", kBool, NONE, ANYWHERE, ANY,                      \
      "The file was opened for writing")                                                           \
  CONTEXT(evt_is_open_exec, "evt.is_open_exec", kBool, NONE, ANYWHERE, ANY,                        \
      "A file was created with an execute permission")                                             \
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
  CONTEXT(proc_lineage_name, "proc.lineage.name", kText, NONE, LEFT_ONLY, ANY,                     \
      "Name of a program from which it descends: run before in the process, or before its fork")   \
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
  CONTEXT(container_outer_id, "container.outer_id", kText, NONE, ANYWHERE, ANY,                    \
      "Of a container in a container: the whole id of the outer one")                              \
  CONTEXT(container_origin, "container.origin", kText, NONE, ANYWHERE, ANY,                        \
      "How it came into it: entry (by the entry point), injected (exec, nsenter), runtime")        \
  CONTEXT(proc_is_container_entrypoint, "proc.is_container_entrypoint", kBool, NONE, ANYWHERE, ANY,\
      "The process is the entry point of its container")                                           \
  CONTEXT(proc_container_helper, "proc.container_helper", kText, NONE, ANYWHERE, ANY,              \
      "The runtime's program that it is, not the container's: runc, conmon, ...")                  \
  CONTEXT(k8s_pod_uid, "k8s.pod.uid", kText, NONE, ANYWHERE, ANY, "Id of the pod")                 \
  CONTEXT(k8s_pod_id, "k8s.pod.id", kText, NONE, ANYWHERE, ANY, "The same as k8s.pod.uid")         \
  CONTEXT(container_cni_json, "container.cni.json", kText, NONE, ANYWHERE, ANY,                    \
      "Result of the network plugin for the container's pod")                                      \
  CONTEXT(container_duration, "container.duration", kDuration, NONE, ANYWHERE, ANY,                \
      "Nanoseconds since the container was started")                                               \
  CONTEXT(container_healthcheck, "container.healthcheck", kText, NONE, ANYWHERE, ANY,              \
      "Command that checks the container's health")                                                \
  CONTEXT(container_host_ipc, "container.host_ipc", kBool, NONE, ANYWHERE, ANY,                    \
      "The container has the host's IPC namespace")                                                \
  CONTEXT(container_host_network, "container.host_network", kBool, NONE, ANYWHERE, ANY,            \
      "The container has the host's network")                                                      \
  CONTEXT(container_host_pid, "container.host_pid", kBool, NONE, ANYWHERE, ANY,                    \
      "The container has the host's pid namespace")                                                \
  CONTEXT(container_image_digest, "container.image.digest", kText, NONE, ANYWHERE, ANY,            \
      "Digest of the image")                                                                       \
  CONTEXT(container_image_id, "container.image.id", kText, NONE, ANYWHERE, ANY,                    \
      "Id of the image")                                                                           \
  CONTEXT(container_image_repository, "container.image.repository", kText, NONE, ANYWHERE, ANY,    \
      "Image of the container, without its tag")                                                   \
  CONTEXT(container_image_tag, "container.image.tag", kText, NONE, ANYWHERE, ANY,                  \
      "Tag of the image")                                                                          \
  CONTEXT(container_image, "container.image", kText, NONE, ANYWHERE, ANY,                          \
      "Image of the container, with its tag")                                                      \
  CONTEXT(container_ip, "container.ip", kText, NONE, ANYWHERE, ANY, "Address of the container")    \
  CONTEXT(container_labels, "container.labels", kText, NONE, ANYWHERE, ANY,                        \
      "All labels of the container")                                                               \
  CONTEXT(container_label, "container.label", kText, KEY, ANYWHERE, ANY,                           \
      "One label of the container")                                                                \
  CONTEXT(container_liveness_probe, "container.liveness_probe", kText, NONE, ANYWHERE, ANY,        \
      "Command that checks whether the container is alive")                                        \
  CONTEXT(container_mount_dest, "container.mount.dest", kText, KEY, ANYWHERE, ANY,                 \
      "Where it is mounted, by number or by a pattern of its source")                              \
  CONTEXT(container_mount_mode, "container.mount.mode", kText, KEY, ANYWHERE, ANY,                 \
      "Options of a mount, by number or by a pattern of its source or place")                      \
  CONTEXT(container_mount_propagation, "container.mount.propagation", kText, KEY, ANYWHERE, ANY,   \
      "Propagation of a mount")                                                                    \
  CONTEXT(container_mount_rdwr, "container.mount.rdwr", kText, KEY, ANYWHERE, ANY,                 \
      "Whether a mount can be written")                                                            \
  CONTEXT(container_mount_source, "container.mount.source", kText, KEY, ANYWHERE, ANY,             \
      "What is mounted, by number or by a pattern of the place")                                   \
  CONTEXT(container_mounts, "container.mounts", kText, NONE, ANYWHERE, ANY,                        \
      "All mounts of the container")                                                               \
  CONTEXT(container_mount, "container.mount", kText, KEY, ANYWHERE, ANY,                           \
      "One mount, by number or by a pattern of its source")                                        \
  CONTEXT(container_name, "container.name", kText, NONE, ANYWHERE, ANY, "Name of the container")   \
  CONTEXT(container_privileged, "container.privileged", kBool, NONE, ANYWHERE, ANY,                \
      "The container was started with all rights")                                                 \
  CONTEXT(container_readiness_probe, "container.readiness_probe", kText, NONE, ANYWHERE, ANY,      \
      "Command that checks whether the container is ready")                                        \
  CONTEXT(container_start_ts, "container.start_ts", kWallTime, NONE, ANYWHERE, ANY,                \
      "Start of the container, nanoseconds since 1970")                                            \
  CONTEXT(k8s_ns_name, "k8s.ns.name", kText, NONE, ANYWHERE, ANY, "Namespace of the pod")          \
  CONTEXT(k8s_pod_cni_json, "k8s.pod.cni.json", kText, NONE, ANYWHERE, ANY,                        \
      "Result of the network plugin for the pod")                                                  \
  CONTEXT(k8s_pod_full_sandbox_id, "k8s.pod.full_sandbox_id", kText, NONE, ANYWHERE, ANY,          \
      "Id of the pod's sandbox container")                                                         \
  CONTEXT(k8s_pod_ip, "k8s.pod.ip", kText, NONE, ANYWHERE, ANY, "Address of the pod")              \
  CONTEXT(k8s_pod_labels, "k8s.pod.labels", kText, NONE, ANYWHERE, ANY, "All labels of the pod")   \
  CONTEXT(k8s_pod_label, "k8s.pod.label", kText, KEY, ANYWHERE, ANY, "One label of the pod")       \
  CONTEXT(k8s_pod_name, "k8s.pod.name", kText, NONE, ANYWHERE, ANY, "Name of the pod")             \
  CONTEXT(k8s_pod_sandbox_id, "k8s.pod.sandbox_id", kText, NONE, ANYWHERE, ANY,                    \
      "First 12 digits of the id of the pod's sandbox container")                                  \
  CONTEXT(proc_is_container_healthcheck, "proc.is_container_healthcheck", kBool, NONE,             \
      ANYWHERE, ANY, "The process belongs to the container's health check")                        \
  CONTEXT(proc_is_container_liveness_probe, "proc.is_container_liveness_probe", kBool, NONE,       \
      ANYWHERE, ANY, "The process belongs to the container's liveness probe")                      \
  CONTEXT(proc_is_container_readiness_probe, "proc.is_container_readiness_probe", kBool, NONE,     \
      ANYWHERE, ANY, "The process belongs to the container's readiness probe")                     \
  CONTEXT(fd_num, "fd.num", kSigned, NONE, ANYWHERE, FILE | NETWORK,                               \
      "Descriptor; 0 where only success is known; -1 where the open failed")                       \
  CONTEXT(fd_name, "fd.name", kText, NONE, ANYWHERE, FILE | NETWORK,                               \
      "Path of the file or unix socket, or addresses and ports of the connection")                 \
  CONTEXT(fd_type, "fd.type", kText, NONE, ANYWHERE, FILE | NETWORK,                               \
      "file, directory, ipv4, ipv6, unix, ...")                                                    \
  CONTEXT(fd_typechar, "fd.typechar", kText, NONE, ANYWHERE, FILE | NETWORK,                       \
      "f file (all but directories), d directory, 4 IPv4, 6 IPv6, u unix")                         \
  CONTEXT(fd_directory, "fd.directory", kPath, NONE, ANYWHERE, FILE,                               \
      "Path of the file's directory")                                                              \
  CONTEXT(fd_filename, "fd.filename", kText, NONE, ANYWHERE, FILE,                                 \
      "Last part of the file's path")                                                              \
  CONTEXT(fd_path_truncated, "fd.path_truncated", kBool, NONE, ANYWHERE, FILE,                     \
      "The path was longer than the kernel could carry; the end of it is there")                   \
  CONTEXT(fd_dev_major, "fd.dev.major", kSigned, NONE, ANYWHERE, FILE,                             \
      "Major number of the device")                                                                \
  CONTEXT(fd_dev_minor, "fd.dev.minor", kSigned, NONE, ANYWHERE, FILE,                             \
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
      "The arguments were longer than the kernel could carry")                                     \
  CONTEXT(evt_time_s, "evt.time.s", kText, NONE, ANYWHERE, ANY,                                    \
      "Time of day, local, to the second")                                                         \
  CONTEXT(evt_datetime, "evt.datetime", kText, NONE, ANYWHERE, ANY,                                \
      "Date and time of day, local, to the nanosecond")                                            \
  CONTEXT(evt_datetime_s, "evt.datetime.s", kText, NONE, ANYWHERE, ANY,                            \
      "Date and time of day, local, to the second")                                                \
  CONTEXT(evt_outputtime, "evt.outputtime", kText, NONE, PRINT_ONLY, ANY, "The same as evt.time")  \
  CONTEXT(evt_rawtime_s, "evt.rawtime.s", kWallTime, NONE, ANYWHERE, ANY,                          \
      "Time, whole seconds since 1970")                                                            \
  CONTEXT(evt_rawtime_ns, "evt.rawtime.ns", kWallTime, NONE, ANYWHERE, ANY,                        \
      "Time, the nanoseconds behind the whole seconds")                                            \
  CONTEXT(evt_reltime, "evt.reltime", kDuration, NONE, ANYWHERE, ANY,                              \
      "Nanoseconds since the first event")                                                         \
  CONTEXT(evt_reltime_s, "evt.reltime.s", kDuration, NONE, ANYWHERE, ANY,                          \
      "Whole seconds since the first event")                                                       \
  CONTEXT(evt_reltime_ns, "evt.reltime.ns", kDuration, NONE, ANYWHERE, ANY,                        \
      "Nanoseconds behind evt.reltime.s")                                                          \
  CONTEXT(evt_around, "evt.around", kUnsigned, KEY, FILTER_ONLY, ANY,                              \
      "Equal to n: the event is at most n ms from the time in brackets (ns since 1970)")           \
  CONTEXT(evt_deltatime, "evt.deltatime", kDuration, NONE, ANYWHERE, ANY,                          \
      "Nanoseconds since the previous event")                                                      \
  CONTEXT(evt_deltatime_s, "evt.deltatime.s", kDuration, NONE, ANYWHERE, ANY,                      \
      "Whole seconds since the previous event")                                                    \
  CONTEXT(evt_deltatime_ns, "evt.deltatime.ns", kDuration, NONE, ANYWHERE, ANY,                    \
      "Nanoseconds behind evt.deltatime.s")                                                        \
  CONTEXT(evt_latency, "evt.latency", kDuration, NONE, OLD, ANY, "Always 0, as in Falco")          \
  CONTEXT(evt_latency_s, "evt.latency.s", kDuration, NONE, OLD, ANY, "Always 0, as in Falco")      \
  CONTEXT(evt_latency_ns, "evt.latency.ns", kDuration, NONE, OLD, ANY, "Always 0, as in Falco")    \
  CONTEXT(evt_latency_quantized, "evt.latency.quantized", kUnsigned, NONE, OLD_PRINT_ONLY, ANY,    \
      "Always 0, as in Falco")                                                                     \
  CONTEXT(evt_latency_human, "evt.latency.human", kText, NONE, OLD, ANY,                           \
      "Always 0ns, as in Falco")                                                                   \
  CONTEXT(evt_wait_latency, "evt.wait_latency", kDuration, NONE, OLD, ANY,                         \
      "Always 0, as in Falco")                                                                     \
  CONTEXT(evt_type_is, "evt.type.is", kUnsigned, KEY, ANYWHERE, ANY,                               \
      "1 if evt.type is the name behind evt.type.is. (or in brackets), else 0")                    \
  CONTEXT(syscall_type, "syscall.type", kText, NONE, ANYWHERE, CALLS,                              \
      "The same as evt.type; an exit is no system call")                                           \
  CONTEXT(evt_args, "evt.args", kText, NONE, ANYWHERE, ANY,                                        \
      "Arguments that are known: name=value, or name=value(meaning)")                              \
  CONTEXT(evt_info, "evt.info", kText, NONE, ANYWHERE, ANY, "The same as evt.args")                \
  CONTEXT(evt_rawres, "evt.rawres", kSigned, NONE, ANYWHERE, CALLS,                                \
      "What the call returned (0 where only success is known), or -errno")                         \
  CONTEXT(evt_is_io, "evt.is_io", kBool, NONE, ANYWHERE, ANY, "The call reads or writes")          \
  CONTEXT(evt_is_io_read, "evt.is_io_read", kBool, NONE, ANYWHERE, ANY, "The call reads")          \
  CONTEXT(evt_is_io_write, "evt.is_io_write", kBool, NONE, ANYWHERE, ANY, "The call writes")       \
  CONTEXT(evt_is_wait, "evt.is_wait", kBool, NONE, ANYWHERE, ANY,                                  \
      "The call waits, as poll(2) does")                                                           \
  CONTEXT(evt_is_syslog, "evt.is_syslog", kBool, NONE, ANYWHERE, ANY,                              \
      "The call writes to the system log")                                                         \
  CONTEXT(evt_is_async, "evt.is_async", kBool, NONE, ANYWHERE, ANY,                                \
      "The event was not made by an act: never so")                                                \
  CONTEXT(evt_count, "evt.count", kUnsigned, NONE, ANYWHERE, ANY,                                  \
      "1; more where the event stands for repeats (evt.repeats)")                                  \
  CONTEXT(evt_count_error, "evt.count.error", kUnsigned, NONE, ANYWHERE, CALLS,                    \
      "1 if the call failed, else 0")                                                              \
  CONTEXT(evt_count_error_file, "evt.count.error.file", kUnsigned, NONE, ANYWHERE, FILES,          \
      "The same, of calls on files")                                                               \
  CONTEXT(evt_count_error_net, "evt.count.error.net", kUnsigned, NONE, ANYWHERE, NETWORK,          \
      "The same, of calls on sockets")                                                             \
  CONTEXT(evt_count_error_other, "evt.count.error.other", kUnsigned, NONE, ANYWHERE,               \
      CALLS & ~(FILES | NETWORK), "The same, of all other calls")                                  \
  CONTEXT(evt_count_exit, "evt.count.exit", kUnsigned, NONE, ANYWHERE, CALLS,                      \
      "Always 1: calls are reported when done")                                                    \
  CONTEXT(evt_count_procinfo, "evt.count.procinfo", kUnsigned, NONE, PRINT_ONLY, ANY,              \
      "Always 0, as for all events but procinfo")                                                  \
  CONTEXT(evt_count_threadinfo, "evt.count.threadinfo", kUnsigned, NONE, PRINT_ONLY, ANY,          \
      "Always 0, as for all events but procinfo")                                                  \
  CONTEXT(evt_abspath, "evt.abspath", kText, KEY_OR_NONE, ANYWHERE, file_open,                     \
      "Path as it was asked for, made absolute, of calls that end in at")                          \
  CONTEXT(evt_is_open_create, "evt.is_open_create", kBool, NONE, ANYWHERE, ANY,                    \
      "The open made the file (or asked to, where only flags tell)")                               \
  CONTEXT(fd_uid, "fd.uid", kText, NONE, ANYWHERE, file_open,                                      \
      "Thread id and descriptor, one behind the other")                                            \
  CONTEXT(fd_containername, "fd.containername", kText, NONE, ANYWHERE, FILE | NETWORK,             \
      "The container's id, a colon and fd.name")                                                   \
  CONTEXT(fd_containerdirectory, "fd.containerdirectory", kText, NONE, ANYWHERE, FILE,             \
      "The container's id, a colon and fd.directory")                                              \
  CONTEXT(fd_connected, "fd.connected", kBool, NONE, ANYWHERE,                                     \
      network_connect | network_accept | network_send | network_receive,                           \
      "The socket is connected; the first datagram to or from a peer: it is not")                  \
  CONTEXT(fd_name_changed, "fd.name_changed", kBool, NONE, ANYWHERE, NETWORK,                      \
      "The datagram goes to, or comes from, another peer than the one before")                     \
  CONTEXT(fd_is_server, "fd.is_server", kBool, NONE, ANYWHERE, NETWORK,                            \
      "The peer is this machine: its own address, or a loopback one")                              \
  CONTEXT(fd_cnet, "fd.cnet", kNetwork, NONE, FILTER_ONLY, NETWORK,                                \
      "Client's address, compared with networks")                                                  \
  CONTEXT(fd_lnet, "fd.lnet", kNetwork, NONE, FILTER_ONLY, NETWORK,                                \
      "Own address, compared with networks")                                                       \
  CONTEXT(fd_proto, "fd.proto", kPort, NONE, FILTER_ONLY, NETWORK, "Port of either end")           \
  CONTEXT(fd_cproto, "fd.cproto", kText, NONE, ANYWHERE, NETWORK, "Port of the client, as text")   \
  CONTEXT(fd_sproto, "fd.sproto", kText, NONE, ANYWHERE, NETWORK, "Port of the server, as text")   \
  CONTEXT(fd_lproto, "fd.lproto", kText, NONE, ANYWHERE, NETWORK, "Own port, as text")             \
  CONTEXT(fd_rproto, "fd.rproto", kText, NONE, ANYWHERE, NETWORK, "Peer's port, as text")          \
  CONTEXT(fs_path_name, "fs.path.name", kPath, NONE, ANYWHERE, ONE_PATH,                           \
      "Path that was asked for, made absolute")                                                    \
  CONTEXT(fs_path_nameraw, "fs.path.nameraw", kPath, NONE, ANYWHERE, file_open,                    \
      "Path as the program gave it")                                                               \
  CONTEXT(proc_aargs, "proc.aargs", kText, NUMBER_OR_NONE, ANYWHERE, ANY,                          \
      "Arguments of any ancestor; [n]: of the n-th")                                               \
  CONTEXT(proc_aenv, "proc.aenv", kText, KEY_OR_NONE, LEFT_ONLY, ANY,                              \
      "Environment of any ancestor; [n]: of the n-th; [NAME]: the nearest value")                  \
  CONTEXT(proc_loginshellid, "proc.loginshellid", kSigned, NONE, ANYWHERE, ANY,                    \
      "Process id of the farthest shell: itself or an ancestor, name ending in sh")                \
  CONTEXT(proc_pvpid, "proc.pvpid", kSigned, NONE, ANYWHERE, ANY,                                  \
      "Parent's process id in its own pid namespace")                                              \
  CONTEXT(proc_sid_exe, "proc.sid.exe", kText, NONE, ANYWHERE, ANY,                                \
      "First argument of the session leader")                                                      \
  CONTEXT(proc_sid_exepath, "proc.sid.exepath", kPath, NONE, ANYWHERE, ANY,                        \
      "Executable of the session leader")                                                          \
  CONTEXT(proc_vpgid, "proc.vpgid", kSigned, NONE, ANYWHERE, ANY,                                  \
      "Process group, seen from the pid namespace")                                                \
  CONTEXT(proc_vpgid_name, "proc.vpgid.name", kText, NONE, ANYWHERE, ANY,                          \
      "Name of the process group's leader")                                                        \
  CONTEXT(proc_vpgid_exe, "proc.vpgid.exe", kText, NONE, ANYWHERE, ANY,                            \
      "First argument of the process group's leader")                                              \
  CONTEXT(proc_vpgid_exepath, "proc.vpgid.exepath", kPath, NONE, ANYWHERE, ANY,                    \
      "Executable of the process group's leader")                                                  \
  CONTEXT(proc_pgid_name, "proc.pgid.name", kText, NONE, ANYWHERE, ANY,                            \
      "Name of the process group's leader")                                                        \
  CONTEXT(proc_pgid_exe, "proc.pgid.exe", kText, NONE, ANYWHERE, ANY,                              \
      "First argument of the process group's leader")                                              \
  CONTEXT(proc_pgid_exepath, "proc.pgid.exepath", kPath, NONE, ANYWHERE, ANY,                      \
      "Executable of the process group's leader")                                                  \
  CONTEXT(proc_is_vpgid_leader, "proc.is_vpgid_leader", kBool, NONE, ANYWHERE, ANY,                \
      "The process leads its process group")                                                       \
  CONTEXT(proc_is_pgid_leader, "proc.is_pgid_leader", kBool, NONE, ANYWHERE, ANY,                  \
      "The process leads its process group")                                                       \
  CONTEXT(proc_pid_ts, "proc.pid.ts", kDuration, NONE, ANYWHERE, ANY,                              \
      "Start of the process, nanoseconds since 1970")                                              \
  CONTEXT(proc_ppid_ts, "proc.ppid.ts", kDuration, NONE, ANYWHERE, ANY,                            \
      "Start of the parent, nanoseconds since 1970")                                               \
  CONTEXT(exe_ctime_to_start, "proc.exe_ino.ctime_duration_proc_start", kWallTime, NONE, ANYWHERE, \
      ANY, "Nanoseconds from the executable's last change to the start of the process")            \
  CONTEXT(thread_vtid, "thread.vtid", kSigned, NONE, ANYWHERE, ANY,                                \
      "Thread id in its own pid namespace; known of first threads only")                           \
  CONTEXT(thread_nametid, "thread.nametid", kText, NONE, PRINT_ONLY, ANY,                          \
      "Name of the program and thread id, one behind the other")                                   \
  CONTEXT(user_homedir, "user.homedir", kText, NONE, ANYWHERE, ANY,                                \
      "Home directory of the effective user")                                                      \
  CONTEXT(user_shell, "user.shell", kText, NONE, ANYWHERE, ANY,                                    \
      "Login shell of the effective user")                                                         \
  CONTEXT(fs_path_source, "fs.path.source", kPath, NONE, ANYWHERE, TWO_PATHS,                      \
      "Path that was there before: of a rename or link the old name, of a mount what is mounted")  \
  CONTEXT(fs_path_target, "fs.path.target", kPath, NONE, ANYWHERE, TWO_PATHS,                      \
      "Path that is new: of a rename or link the new name, of a mount where it is mounted")        \
  CONTEXT(evt_is_attempt, "evt.is_attempt", kBool, NONE, ANYWHERE, ANY,                            \
      "The kernel asked whether it may be done: the result is that verdict, not the outcome")      \
  CONTEXT(evt_verdict, "evt.verdict", kText, NONE, PRINT_ONLY, ANY,                                \
      "What the kernel decided by a rule that denies or kills: denied, killed, killed_late (once " \
      "the program had begun), or, where the rule only monitors, would_deny, would_kill")          \
  CONTEXT(evt_object, "evt.object", kText, NONE, ANYWHERE, ANY,                                    \
      "What it was done to, in short: the file, the peer, the process, the module, ...")           \
  CONTEXT(stdin_type, "proc.stdin.type", kText, NONE, ANYWHERE, ANY,                               \
      "Type of what descriptor 0 led to at exec: file, directory, pipe, ipv4, ipv6, unix, ...")    \
  CONTEXT(stdin_is_tty, "proc.stdin.is_tty", kBool, NONE, ANYWHERE, ANY,                           \
      "Descriptor 0 led to a terminal at exec")                                                    \
  CONTEXT(stdout_type, "proc.stdout.type", kText, NONE, ANYWHERE, ANY,                             \
      "Type of what descriptor 1 led to at exec: file, directory, pipe, ipv4, ipv6, unix, ...")    \
  CONTEXT(stdout_is_tty, "proc.stdout.is_tty", kBool, NONE, ANYWHERE, ANY,                         \
      "Descriptor 1 led to a terminal at exec")                                                    \
  CONTEXT(stderr_type, "proc.stderr.type", kText, NONE, ANYWHERE, ANY,                             \
      "Type of what descriptor 2 led to at exec: file, directory, pipe, ipv4, ipv6, unix, ...")    \
  CONTEXT(stderr_is_tty, "proc.stderr.is_tty", kBool, NONE, ANYWHERE, ANY,                         \
      "Descriptor 2 led to a terminal at exec")                                                    \
  CONTEXT(stdio_is_same, "proc.is_stdio_same", kBool, NONE, ANYWHERE, ANY,                         \
      "Descriptors 0 and 1 led to the same object at exec: of a reverse shell one socket")         \
  CONTEXT(script_path, "proc.script", kPath, NONE, ANYWHERE, ANY,                                  \
      "If the program is a script: its path, made absolute; proc.exepath is the interpreter")      \
  CONTEXT(exe_path_requested, "proc.exepath_requested", kPath, NONE, ANYWHERE, ANY,                \
      "proc.exe_requested, made absolute; links and scripts as they were named")                   \
  CONTEXT(exe_is_loader, "proc.is_exe_loader", kBool, NONE, ANYWHERE, ANY,                         \
      "The executable is the loader of other programs (ld.so), started by hand")                   \
  CONTEXT(exe_sha256, "proc.exe_sha256", kText, NONE, ANYWHERE, ANY,                               \
      "SHA-256 of the executable, 64 digits; none until proc.exe_sha256.state is ok")              \
  CONTEXT(exe_sha256_state, "proc.exe_sha256.state", kText, NONE, ANYWHERE, ANY,                   \
      "How far it is: ok, pending, too large, gone, remote, unreadable, busy")                     \
  CONTEXT(requested_by_name, "proc.requested_by.name", kText, NONE, ANYWHERE, ANY,                 \
      "Name of who asked the service that started the process, by a connection shortly before")    \
  CONTEXT(requested_by_exepath, "proc.requested_by.exepath", kPath, NONE, ANYWHERE, ANY,           \
      "Executable of who asked for it")                                                            \
  CONTEXT(requested_by_cmdline, "proc.requested_by.cmdline", kText, NONE, ANYWHERE, ANY,           \
      "Arguments of who asked for it, the first one included; 512 bytes at most")                  \
  CONTEXT(requested_by_pid, "proc.requested_by.pid", kSigned, NONE, ANYWHERE, ANY,                 \
      "Process id of who asked for it")                                                            \
  CONTEXT(requested_by_uid, "proc.requested_by.uid", kUnsigned, NONE, ANYWHERE, ANY,               \
      "Effective user id of who asked for it")                                                     \
  CONTEXT(requested_by_exec_id, "proc.requested_by.exec_id", kUnsigned, NONE, ANYWHERE, ANY,       \
      "Identity of who asked for it")                                                              \
  CONTEXT(requested_by_socket, "proc.requested_by.socket", kPath, NONE, ANYWHERE, ANY,             \
      "Unix socket of the service to which it had connected")                                      \
  CONTEXT(requested_by_candidates, "proc.requested_by.candidates", kUnsigned, NONE, ANYWHERE, ANY, \
      "How many had connected to the service within five seconds: 1, or it may be another one")    \
  CONTEXT(fd_side, "fd.side", kText, NONE, ANYWHERE,                                               \
      network_connect | network_accept | network_end,                                              \
      "client: this side connected; server: this side accepted the connection")                    \
  CONTEXT(target_name, "target.name", kText, NONE, ANYWHERE, TARGET,                               \
      "Name of the process that it is done to")                                                    \
  CONTEXT(target_exepath, "target.exepath", kPath, NONE, ANYWHERE, TARGET,                         \
      "Executable of the process that it is done to")                                              \
  CONTEXT(target_cmdline, "target.cmdline", kText, NONE, ANYWHERE, TARGET,                         \
      "Name and arguments of the process that it is done to")                                      \
  CONTEXT(cred_gained, "cred.gained_capabilities", kText, NONE, ANYWHERE, process_credentials,     \
      "Capabilities that are in force now and were not before, by name")                           \
  CONTEXT(helper_cmdline, "helper.cmdline", kText, NONE, ANYWHERE, process_helper,                 \
      "Program that the kernel starts, and its arguments")                                         \
  CONTEXT(dns_name, "dns.name", kText, NONE, ANYWHERE, network_dns, "Name that is asked for")      \
  CONTEXT(dns_type, "dns.type", kText, NONE, ANYWHERE, network_dns,                                \
      "What is asked for: A, AAAA, TXT, ... or a number")                                          \
  CONTEXT(dns_rcode, "dns.rcode", kText, NONE, ANYWHERE, network_dns,                              \
      "How it was answered: NOERROR, NXDOMAIN, ... or a number")                                   \
  CONTEXT(dns_address, "dns.address", kAddress, NONE, LEFT_ONLY, network_dns,                      \
      "Addresses in the answer")
// clang-format on

#endif  // VEDETTE_SENSOR_SCHEMA_CONTEXT_H_
