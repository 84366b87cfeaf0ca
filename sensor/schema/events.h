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
  EVENT(process_exec_failed, 5, "execve,execveat", "process", "A program could not be run")        \
  EVENT(process_credentials, 6,                                                                    \
      "setresuid,setuid,setreuid,setfsuid,setresgid,setgid,setregid,setfsgid,capset,setuid32,"     \
      "setgid32,setreuid32,setregid32,setresuid32,setresgid32,setfsuid32,setfsgid32",              \
      "process", "A process changed its users, groups or capabilities")                            \
  EVENT(process_namespace, 7, "unshare,setns", "process", "A process entered or made namespaces")  \
  EVENT(process_root, 8, "chroot,pivot_root", "process",                                           \
      "A process asks for another root directory")                                                 \
  EVENT(process_prctl, 9, "prctl", "process", "A process asks for something about itself")         \
  EVENT(file_open, 10, "openat2,openat,open,creat,open_by_handle_at", "file",                      \
      "A file was opened, or failed to open")                                                      \
  EVENT(file_unlink, 11, "unlinkat,unlink,rmdir", "file", "A name is to be removed")               \
  EVENT(file_rename, 12, "renameat2,renameat,rename", "file", "A file is to be renamed")           \
  EVENT(file_link, 13, "linkat,link", "file", "A file is to get one more name")                    \
  EVENT(file_symlink, 14, "symlinkat,symlink", "file", "A symbolic link is to be made")            \
  EVENT(file_mkdir, 15, "mkdirat,mkdir", "file", "A directory is to be made")                      \
  EVENT(file_mknod, 16, "mknodat,mknod", "file", "A device, pipe or socket is to be made")         \
  EVENT(file_chmod, 17, "fchmodat,fchmod,chmod,fchmodat2", "file",                                 \
      "Permissions are to be changed")                                                             \
  EVENT(file_chown, 18, "fchownat,fchown,chown,lchown,chown32,fchown32,lchown32", "file",          \
      "An owner is to be changed")                                                                 \
  EVENT(file_xattr, 19,                                                                            \
      "setxattr,lsetxattr,fsetxattr,removexattr,lremovexattr,fremovexattr",                        \
      "file", "An extended attribute is to be set or removed")                                     \
  EVENT(network_connect, 20, "connect", "net", "A socket was connected, or failed to connect")     \
  EVENT(file_truncate, 21, "truncate,ftruncate,truncate64,ftruncate64", "file",                    \
      "A file is to be cut")                                                                       \
  EVENT(file_mount, 22, "mount,move_mount", "file", "Something is to be mounted")                  \
  EVENT(file_umount, 23, "umount2,umount", "file", "Something is to be unmounted")                 \
  EVENT(file_receive, 24, "receive_fd,pidfd_getfd", "file",                                        \
      "A descriptor came from another process")                                                    \
  EVENT(file_mmap, 25, "mmap,mmap2", "file",                                                       \
      "A file is to be mapped for execution or shared writing")                                    \
  EVENT(file_mprotect, 26, "mprotect,pkey_mprotect", "file", "Memory is to become executable")     \
  EVENT(file_access, 27,                                                                           \
      "read,write,pread,pwrite,readv,writev,preadv,pwritev,sendfile,splice,copy_file_range",       \
      "file", "A process reads or writes a file for the first time")                               \
  EVENT(process_ptrace, 30, "ptrace,process_vm_readv,process_vm_writev", "process",                \
      "A process looks into another one")                                                          \
  EVENT(process_signal, 31,                                                                        \
      "kill,tgkill,tkill,rt_sigqueueinfo,rt_tgsigqueueinfo,pidfd_send_signal",                     \
      "process", "A process sends a signal to another one")                                        \
  EVENT(process_coredump, 33, "signaldeliver", "process", "A process dies and leaves a core")      \
  EVENT(process_helper, 34, "usermodehelper", "process",                                           \
      "The kernel starts a program for a process")                                                 \
  EVENT(network_socket, 40, "socket,socketpair", "net", "A socket was made")                       \
  EVENT(network_bind, 41, "bind", "net", "A socket is to get an address")                          \
  EVENT(network_listen, 42, "listen", "net", "A socket is to take connections")                    \
  EVENT(network_accept, 43, "accept4,accept", "net", "A connection came in")                       \
  EVENT(network_send, 44, "sendto,sendmsg,sendmmsg", "net", "The first datagram goes to a peer")   \
  EVENT(network_receive, 45, "recvfrom,recvmsg,recvmmsg", "net",                                   \
      "The first datagram comes from a peer")                                                      \
  EVENT(network_dns, 46, "dns", "net", "A DNS question or answer")                                 \
  EVENT(network_end, 47, "close", "net", "A connection is over")                                   \
  EVENT(kernel_module, 50, "finit_module,init_module,delete_module", "system",                     \
      "A kernel module was loaded, or is to go")                                                   \
  EVENT(kernel_load, 51, "kernel_read_file,kexec_file_load,kexec_load", "system",                  \
      "The kernel reads what it will trust")                                                       \
  EVENT(kernel_bpf, 52, "bpf", "system", "A BPF program or map is to be made or used")             \
  EVENT(kernel_perf, 53, "perf_event_open", "system", "A performance event is to be opened")       \
  EVENT(kernel_io_uring, 54, "io_uring_setup", "system", "An io_uring was set up")                 \
  EVENT(kernel_memfd, 55, "memfd_create", "system", "A file in memory was made")                   \
  EVENT(kernel_lockdown, 57, "lockdown", "system", "Lockdown is asked")                            \
  EVENT(kernel_clock, 58, "clock_settime,settimeofday,clock_settime64", "system",                  \
      "The clock is to be set")                                                                    \
  EVENT(lost, 60, "", "internal", "Records that did not arrive, and how many")                     \
  EVENT(system_call, 61,                                                                           \
      "personality,seccomp,keyctl,add_key,request_key,userfaultfd,clock_adjtime,adjtimex,acct,"    \
      "swapon,swapoff,syslog,ioperm,iopl,quotactl,setdomainname,sethostname,reboot,pidfd_open,"    \
      "io_uring_register,fsopen,fsconfig,fsmount,fspick,mount_setattr,landlock_restrict_self",     \
      "system", "A call that no hook covers returned")

#define WIRE_KIND(kind, number, ...) WIRE_##kind = number,
enum wire_kind { WIRE_EVENTS(WIRE_KIND) };
#define WIRE_KIND_LIMIT 64  // Kinds are below this: they index arrays and bit sets.
// clang-format on

#endif  // VEDETTE_SENSOR_SCHEMA_EVENTS_H_
