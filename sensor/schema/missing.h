// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Fields of Falco that nothing supplies yet: known by name and type, so that rules that name them
// load, and without a value, so that no comparison with them holds. A field that becomes known
// moves to context.h or to its family. MISSING(name, field type, argument, uses, what it is), with
// the columns of context.h.
#ifndef VEDETTE_SENSOR_SCHEMA_MISSING_H_
#define VEDETTE_SENSOR_SCHEMA_MISSING_H_

// Rows are read as a table.
// clang-format off
#define MISSING_FIELDS(MISSING)                                                                    \
  MISSING("container.cni.json", kText, NONE, ANYWHERE,                                             \
      "Result of the network plugin for the container's pod")                                      \
  MISSING("container.duration", kDuration, NONE, ANYWHERE,                                         \
      "Nanoseconds since the container was started")                                               \
  MISSING("container.healthcheck", kText, NONE, ANYWHERE,                                          \
      "Command that checks the container's health")                                                \
  MISSING("container.host_ipc", kBool, NONE, ANYWHERE,                                             \
      "The container has the host's IPC namespace")                                                \
  MISSING("container.host_network", kBool, NONE, ANYWHERE,                                         \
      "The container has the host's network")                                                      \
  MISSING("container.host_pid", kBool, NONE, ANYWHERE,                                             \
      "The container has the host's pid namespace")                                                \
  MISSING("container.image.digest", kText, NONE, ANYWHERE, "Digest of the image")                  \
  MISSING("container.image.id", kText, NONE, ANYWHERE, "Id of the image")                          \
  MISSING("container.image.repository", kText, NONE, ANYWHERE,                                     \
      "Image of the container, without its tag")                                                   \
  MISSING("container.image.tag", kText, NONE, ANYWHERE, "Tag of the image")                        \
  MISSING("container.image", kText, NONE, ANYWHERE, "Image of the container, with its tag")        \
  MISSING("container.ip", kText, NONE, ANYWHERE, "Address of the container")                       \
  MISSING("container.labels", kText, NONE, ANYWHERE, "All labels of the container")                \
  MISSING("container.label", kText, KEY, ANYWHERE, "One label of the container")                   \
  MISSING("container.liveness_probe", kText, NONE, ANYWHERE,                                       \
      "Command that checks whether the container is alive")                                        \
  MISSING("container.mount.dest", kText, KEY, ANYWHERE,                                            \
      "Where it is mounted, by number or by a pattern of its source")                              \
  MISSING("container.mount.mode", kText, KEY, ANYWHERE,                                            \
      "Options of a mount, by number or by a pattern of its source or place")                      \
  MISSING("container.mount.propagation", kText, KEY, ANYWHERE, "Propagation of a mount")           \
  MISSING("container.mount.rdwr", kText, KEY, ANYWHERE, "Whether a mount can be written")          \
  MISSING("container.mount.source", kText, KEY, ANYWHERE,                                          \
      "What is mounted, by number or by a pattern of the place")                                   \
  MISSING("container.mounts", kText, NONE, ANYWHERE, "All mounts of the container")                \
  MISSING("container.mount", kText, KEY, ANYWHERE,                                                 \
      "One mount, by number or by a pattern of its source")                                        \
  MISSING("container.name", kText, NONE, ANYWHERE, "Name of the container")                        \
  MISSING("container.privileged", kBool, NONE, ANYWHERE,                                           \
      "The container was started with all rights")                                                 \
  MISSING("container.readiness_probe", kText, NONE, ANYWHERE,                                      \
      "Command that checks whether the container is ready")                                        \
  MISSING("container.start_ts", kWallTime, NONE, ANYWHERE,                                         \
      "Start of the container, nanoseconds since 1970")                                            \
  MISSING("evt.asynctype", kText, NONE, ANYWHERE, "Kind of an event that no act made")             \
  MISSING("evt.buffer", kBytes, NONE, ANYWHERE,                                                    \
      "Bytes that were read, written, sent or received")                                           \
  MISSING("evt.buflen.file.in", kUnsigned, NONE, PRINT_ONLY,                                       \
      "How many bytes were read from a file")                                                      \
  MISSING("evt.buflen.file.out", kUnsigned, NONE, PRINT_ONLY,                                      \
      "How many bytes were written to a file")                                                     \
  MISSING("evt.buflen.file", kUnsigned, NONE, PRINT_ONLY,                                          \
      "How many bytes a call on a file moved")                                                     \
  MISSING("evt.buflen.in", kUnsigned, NONE, PRINT_ONLY, "How many bytes were read")                \
  MISSING("evt.buflen.net.in", kUnsigned, NONE, PRINT_ONLY, "How many bytes were received")        \
  MISSING("evt.buflen.net.out", kUnsigned, NONE, PRINT_ONLY, "How many bytes were sent")           \
  MISSING("evt.buflen.net", kUnsigned, NONE, PRINT_ONLY,                                           \
      "How many bytes a call on a socket moved")                                                   \
  MISSING("evt.buflen.out", kUnsigned, NONE, PRINT_ONLY, "How many bytes were written")            \
  MISSING("evt.buflen", kUnsigned, NONE, ANYWHERE, "How many bytes a call moved")                  \
  MISSING("evt.count.error.memory", kUnsigned, NONE, ANYWHERE, "1 if a call about memory failed")  \
  MISSING("evt.infra.docker.container.id", kText, NONE, PRINT_ONLY, "Id in a message of docker")   \
  MISSING("evt.infra.docker.container.image", kText, NONE, PRINT_ONLY,                             \
      "Image in a message of docker")                                                              \
  MISSING("evt.infra.docker.container.name", kText, NONE, PRINT_ONLY,                              \
      "Container in a message of docker")                                                          \
  MISSING("evt.infra.docker.name", kText, NONE, PRINT_ONLY, "What a message of docker is about")   \
  MISSING("evt.io_dir", kText, NONE, ANYWHERE, "read or write")                                    \
  MISSING("evt.plugininfo", kText, NONE, ANYWHERE, "What a plugin says about its event")           \
  MISSING("evt.pluginname", kText, NONE, ANYWHERE, "The plugin that made the event")               \
  MISSING("fd.cip.name", kText, NONE, LEFT_ONLY, "Name of the client's address")                   \
  MISSING("fd.is_lower_layer", kBool, NONE, ANYWHERE, "The file is from the image (overlayfs)")    \
  MISSING("fd.is_upper_layer", kBool, NONE, ANYWHERE,                                              \
      "The file is not from the image (overlayfs)")                                                \
  MISSING("fd.lip.name", kText, NONE, LEFT_ONLY, "Name of the own address")                        \
  MISSING("fd.rip.name", kText, NONE, LEFT_ONLY, "Name of the peer's address")                     \
  MISSING("fd.sip.name", kText, NONE, LEFT_ONLY, "Name of the server's address")                   \
  MISSING("fd.types", kText, NUMBER_OR_NONE, LIST,                                                 \
      "Types of the process's open descriptors; [n]: of descriptor n")                             \
  MISSING("fdlist.cips", kText, NONE, ANYWHERE,                                                    \
      "Clients' addresses of the descriptors given to poll(2)")                                    \
  MISSING("fdlist.cports", kText, NONE, ANYWHERE,                                                  \
      "Clients' ports of the descriptors given to poll(2)")                                        \
  MISSING("fdlist.names", kText, NONE, ANYWHERE, "Names of the descriptors given to poll(2)")      \
  MISSING("fdlist.nums", kText, NONE, ANYWHERE, "Numbers of the descriptors given to poll(2)")     \
  MISSING("fdlist.sips", kText, NONE, ANYWHERE,                                                    \
      "Servers' addresses of the descriptors given to poll(2)")                                    \
  MISSING("fdlist.sports", kText, NONE, ANYWHERE,                                                  \
      "Servers' ports of the descriptors given to poll(2)")                                        \
  MISSING("fs.path.sourceraw", kPath, NONE, ANYWHERE, "The same as the program gave it")           \
  MISSING("fs.path.targetraw", kPath, NONE, ANYWHERE, "The same as the program gave it")           \
  MISSING("k8s.deployment.id", kText, NONE, ANYWHERE, "Id of the pod's deployment")                \
  MISSING("k8s.deployment.labels", kText, NONE, ANYWHERE, "All labels of the pod's deployment")    \
  MISSING("k8s.deployment.label", kText, KEY, ANYWHERE, "One label of the pod's deployment")       \
  MISSING("k8s.deployment.name", kText, NONE, ANYWHERE, "Name of the pod's deployment")            \
  MISSING("k8s.ns.id", kText, NONE, ANYWHERE, "Id of the namespace")                               \
  MISSING("k8s.ns.labels", kText, NONE, ANYWHERE, "All labels of the namespace")                   \
  MISSING("k8s.ns.label", kText, KEY, ANYWHERE, "One label of the namespace")                      \
  MISSING("k8s.ns.name", kText, NONE, ANYWHERE, "Namespace of the pod")                            \
  MISSING("k8s.pod.cni.json", kText, NONE, ANYWHERE, "Result of the network plugin for the pod")   \
  MISSING("k8s.pod.full_sandbox_id", kText, NONE, ANYWHERE, "Id of the pod's sandbox container")   \
  MISSING("k8s.pod.ip", kText, NONE, ANYWHERE, "Address of the pod")                               \
  MISSING("k8s.pod.labels", kText, NONE, ANYWHERE, "All labels of the pod")                        \
  MISSING("k8s.pod.label", kText, KEY, ANYWHERE, "One label of the pod")                           \
  MISSING("k8s.pod.name", kText, NONE, ANYWHERE, "Name of the pod")                                \
  MISSING("k8s.pod.sandbox_id", kText, NONE, ANYWHERE,                                             \
      "First 12 digits of the id of the pod's sandbox container")                                  \
  MISSING("k8s.rc.id", kText, NONE, ANYWHERE, "Id of the pod's replication controller")            \
  MISSING("k8s.rc.labels", kText, NONE, ANYWHERE,                                                  \
      "All labels of the pod's replication controller")                                            \
  MISSING("k8s.rc.label", kText, KEY, ANYWHERE, "One label of the pod's replication controller")   \
  MISSING("k8s.rc.name", kText, NONE, ANYWHERE, "Name of the pod's replication controller")        \
  MISSING("k8s.rs.id", kText, NONE, ANYWHERE, "Id of the pod's replica set")                       \
  MISSING("k8s.rs.labels", kText, NONE, ANYWHERE, "All labels of the pod's replica set")           \
  MISSING("k8s.rs.label", kText, KEY, ANYWHERE, "One label of the pod's replica set")              \
  MISSING("k8s.rs.name", kText, NONE, ANYWHERE, "Name of the pod's replica set")                   \
  MISSING("k8s.svc.id", kText, NONE, ANYWHERE, "Id of the pod's services")                         \
  MISSING("k8s.svc.labels", kText, NONE, ANYWHERE, "All labels of the pod's services")             \
  MISSING("k8s.svc.label", kText, KEY, ANYWHERE, "One label of the pod's services")                \
  MISSING("k8s.svc.name", kText, NONE, ANYWHERE, "Name of the pod's services")                     \
  MISSING("proc.exe_ino.ctime_duration_pidns_start", kWallTime, NONE, ANYWHERE,                    \
      "Nanoseconds from the start of the pid namespace to the executable's last change")           \
  MISSING("proc.fdlimit", kSigned, NONE, ANYWHERE, "How many descriptors the process may have")    \
  MISSING("proc.fdopencount", kUnsigned, NONE, ANYWHERE, "How many descriptors the process has")   \
  MISSING("proc.fdusage", kDouble, NONE, ANYWHERE, "Descriptors in percent of those allowed")      \
  MISSING("proc.is_container_healthcheck", kBool, NONE, ANYWHERE,                                  \
      "The process belongs to the container's health check")                                       \
  MISSING("proc.is_container_liveness_probe", kBool, NONE, ANYWHERE,                               \
      "The process belongs to the container's liveness probe")                                     \
  MISSING("proc.is_container_readiness_probe", kBool, NONE, ANYWHERE,                              \
      "The process belongs to the container's readiness probe")                                    \
  MISSING("proc.is_exe_lower_layer", kBool, NONE, ANYWHERE,                                        \
      "The executable is from the image (overlayfs)")                                              \
  MISSING("proc.nchilds", kUnsigned, NONE, ANYWHERE,                                               \
      "How many threads the process has, without the first")                                       \
  MISSING("proc.nthreads", kUnsigned, NONE, ANYWHERE, "How many threads the process has")          \
  MISSING("proc.pidns_init_start_ts", kUnsigned, NONE, ANYWHERE,                                   \
      "Start of the pid namespace, nanoseconds since 1970")                                        \
  MISSING("proc.stderr.name", kText, NONE, ANYWHERE, "Name of descriptor 2")                       \
  MISSING("proc.stdin.name", kText, NONE, ANYWHERE, "Name of descriptor 0")                        \
  MISSING("proc.stdout.name", kText, NONE, ANYWHERE, "Name of descriptor 1")                       \
  MISSING("proc.vmrss", kUnsigned, NONE, ANYWHERE, "Resident memory, KiB")                         \
  MISSING("proc.vmsize", kUnsigned, NONE, ANYWHERE, "Virtual memory, KiB")                         \
  MISSING("proc.vmswap", kUnsigned, NONE, ANYWHERE, "Swapped memory, KiB")                         \
  MISSING("thread.cgroups", kText, NONE, ANYWHERE, "Cgroups of all controllers")                   \
  MISSING("thread.cgroup", kText, KEY, ANYWHERE,                                                   \
      "Cgroup of one controller: thread.cgroup.cpuset")                                            \
  MISSING("thread.cpu.system", kDouble, NONE, ANYWHERE, "The same, inside of the kernel")          \
  MISSING("thread.cpu.user", kDouble, NONE, ANYWHERE, "The same, outside of the kernel")           \
  MISSING("thread.cpu", kDouble, NONE, ANYWHERE, "Processor time of the last second, percent")     \
  MISSING("thread.exectime", kDuration, NONE, ANYWHERE, "Processor time since the last switch")    \
  MISSING("thread.pfmajor", kUnsigned, NONE, ANYWHERE, "Page faults that read from a disk")        \
  MISSING("thread.pfminor", kUnsigned, NONE, ANYWHERE, "Page faults that did not")                 \
  MISSING("thread.totexectime", kDuration, NONE, ANYWHERE, "Processor time in all")                \
  MISSING("thread.vmrss.b", kUnsigned, NONE, PRINT_ONLY,                                           \
      "Resident memory of a first thread, bytes")                                                  \
  MISSING("thread.vmrss", kUnsigned, NONE, ANYWHERE, "Resident memory of a first thread, KiB")     \
  MISSING("thread.vmsize.b", kUnsigned, NONE, PRINT_ONLY,                                          \
      "Virtual memory of a first thread, bytes")                                                   \
  MISSING("thread.vmsize", kUnsigned, NONE, ANYWHERE, "Virtual memory of a first thread, KiB")     \
  MISSING("util.cnt", kUnsigned, NONE, ANYWHERE, "Counts how often it was asked for")
// clang-format on

#endif  // VEDETTE_SENSOR_SCHEMA_MISSING_H_
