// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Rows of the process family. process_exec and process_seen share PROCESS_FIELDS: they say who a
// process is, once; every later event of it carries the exec_id alone, and rules reach these
// rows through it.
#ifndef VEDETTE_SENSOR_SCHEMA_PROCESS_H_
#define VEDETTE_SENSOR_SCHEMA_PROCESS_H_

// Rows are read as a table.
// clang-format off
// The kinds of the family: events.h says what the columns are.
#define PROCESS_EVENTS(EVENT)                                                                      \
  EVENT(process_fork, 1, "clone,clone3,fork,vfork", "process", "A process was created")            \
  EVENT(process_exec, 2, "execve,execveat", "process", "A process began to run a program")         \
  EVENT(process_exit, 3, "procexit", "process", "The last thread of a process ended")              \
  EVENT(process_seen, 4, "", "internal", "A process was there when Vedette started")               \
  EVENT(process_exec_failed, 5, "execve,execveat", "process", "A program could not be run")        \
  EVENT(process_credentials, 6,                                                                    \
      "setresuid,setuid,setreuid,setfsuid,setresgid,setgid,setregid,setfsgid,capset,setuid32,"     \
      "setgid32,setreuid32,setregid32,setresuid32,setresgid32,setfsuid32,setfsgid32",              \
      "process", "A process changed its users, groups or capabilities")                            \
  EVENT(process_namespace, 7, "unshare,setns,clone,clone3", "process",                             \
      "A process entered or made namespaces")                                                      \
  EVENT(process_root, 8, "chroot,pivot_root", "process",                                           \
      "A process asks for another root directory")                                                 \
  EVENT(process_prctl, 9, "prctl", "process", "A process asks for something about itself")         \
  EVENT(process_ptrace, 30, "ptrace,process_vm_readv,process_vm_writev", "process",                \
      "A process looks into another one")                                                          \
  EVENT(process_signal, 31,                                                                        \
      "kill,tgkill,tkill,rt_sigqueueinfo,rt_tgsigqueueinfo,pidfd_send_signal",                     \
      "process", "A process sends a signal to another one")                                        \
  EVENT(process_coredump, 33, "signaldeliver", "process", "A process dies and leaves a core")      \
  EVENT(process_helper, 34, "usermodehelper", "process",                                           \
      "The kernel starts a program for a process")

#define PROCESS_FIELDS(NUM, TEXT, BYTES)                                                           \
  NUM(__u64, parent_exec_id, kUnsigned, "proc.parent_exec_id", "process.parent.entity_id",         \
      "Identity of the parent at this time; 0 if it has none")                                     \
  NUM(__u64, previous_exec_id, kUnsigned, "proc.previous_exec_id", "",                             \
      "Identity that the process had before this exec; 0 if unknown")                              \
  NUM(__u64, start_ns, kBootTime, "", "process.start", "When the process was created")             \
  NUM(__u64, cap_effective, kUnsigned, "", "process.thread.capabilities.effective",                \
      "Capabilities in force")                                                                     \
  NUM(__u64, cap_permitted, kUnsigned, "", "process.thread.capabilities.permitted",                \
      "Capabilities permitted")                                                                    \
  NUM(__u64, cap_inheritable, kUnsigned, "", "", "Capabilities inheritable")                       \
  NUM(__u64, exe_ino, kSigned, "proc.exe_ino", "file.inode", "Inode of the executable")            \
  NUM(__u64, exe_ctime_ns, kWallTime, "proc.exe_ino.ctime", "",                                    \
      "Last change of the executable's inode")                                                     \
  NUM(__u64, exe_mtime_ns, kWallTime, "proc.exe_ino.mtime", "",                                    \
      "Last change of the executable's content")                                                   \
  NUM(__u64, stdin_ino, kUnsigned, "proc.stdin.ino", "",                                           \
      "Inode of what descriptor 0 led to at exec; 0 if it was closed")                             \
  NUM(__u64, stdout_ino, kUnsigned, "proc.stdout.ino", "",                                         \
      "Inode of what descriptor 1 led to at exec; 0 if it was closed")                             \
  NUM(__u64, stderr_ino, kUnsigned, "proc.stderr.ino", "",                                         \
      "Inode of what descriptor 2 led to at exec; 0 if it was closed")                             \
  NUM(__u32, parent_pid, kSigned, "proc.ppid", "process.parent.pid",                               \
      "Parent's process id at this time")                                                          \
  NUM(__u32, real_uid, kUnsigned, "user.real_uid", "process.real_user.id", "Real user id")         \
  NUM(__u32, saved_uid, kUnsigned, "user.saved_uid", "process.saved_user.id", "Saved user id")     \
  NUM(__u32, real_gid, kUnsigned, "group.real_gid", "process.real_group.id", "Real group id")      \
  NUM(__u32, saved_gid, kUnsigned, "group.saved_gid", "process.saved_group.id",                    \
      "Saved group id")                                                                            \
  NUM(__s32, login_uid, kSigned, "user.loginuid", "",                                              \
      "User id of the login, -1 if none (audit)")                                                  \
  NUM(__u32, login_session, kUnsigned, "user.loginsession", "", "Session of the login (audit)")    \
  NUM(__u32, tty, kUnsigned, "proc.tty", "",                                                       \
      "Controlling terminal as a device number, 0 if none")                                        \
  NUM(__u32, sid, kSigned, "proc.sid", "process.session_leader.pid",                               \
      "Session id, seen from the host")                                                            \
  NUM(__u32, pgid, kSigned, "proc.pgid", "process.group_leader.pid",                               \
      "Process group, seen from the host")                                                         \
  NUM(__u32, vpid, kSigned, "proc.vpid", "", "Process id in its own pid namespace")                \
  NUM(__u32, exe_dev, kUnsigned, "proc.exe_dev", "", "Device of the executable, as in stat(2)")    \
  NUM(__u32, exe_generation, kUnsigned, "proc.exe_generation", "",                                 \
      "Generation of the executable's inode")                                                      \
  NUM(__u32, exe_links, kUnsigned, "proc.exe_links", "",                                           \
      "Hard links to the executable; 0: deleted or memory")                                        \
  NUM(__u32, exe_mode, kUnsigned, "proc.exe_mode", "",                                             \
      "Type and permission bits of the executable")                                                \
  NUM(__u32, exe_owner, kUnsigned, "proc.exe_owner", "", "User id that owns the executable")       \
  NUM(__u32, exe_fs_magic, kUnsigned, "proc.exe_fs_magic", "",                                     \
      "Type of the executable's file system, as in statfs(2)")                                     \
  NUM(__u32, mnt_ns, kUnsigned, "proc.mnt_ns", "", "Mount namespace (inode number)")               \
  NUM(__u32, pid_ns, kUnsigned, "proc.pid_ns", "", "Pid namespace (inode number)")                 \
  NUM(__u32, net_ns, kUnsigned, "proc.net_ns", "", "Network namespace (inode number)")             \
  NUM(__u32, user_ns, kUnsigned, "proc.user_ns", "", "User namespace (inode number)")              \
  NUM(__u32, uts_ns, kUnsigned, "proc.uts_ns", "", "UTS namespace (inode number)")                 \
  NUM(__u32, ipc_ns, kUnsigned, "proc.ipc_ns", "", "IPC namespace (inode number)")                 \
  NUM(__u32, cgroup_ns, kUnsigned, "proc.cgroup_ns", "", "Cgroup namespace (inode number)")        \
  NUM(__u32, stdin_dev, kUnsigned, "proc.stdin.dev", "",                                           \
      "Device of what descriptor 0 led to at exec, as in stat(2)")                                 \
  NUM(__u32, stdin_mode, kUnsigned, "proc.stdin.mode", "",                                         \
      "Type and permission bits of what descriptor 0 led to at exec")                              \
  NUM(__u32, stdin_rdev, kUnsigned, "proc.stdin.rdev", "",                                         \
      "If descriptor 0 led to a device at exec: its number, as in stat(2)")                        \
  NUM(__u32, stdout_dev, kUnsigned, "proc.stdout.dev", "",                                         \
      "Device of what descriptor 1 led to at exec, as in stat(2)")                                 \
  NUM(__u32, stdout_mode, kUnsigned, "proc.stdout.mode", "",                                       \
      "Type and permission bits of what descriptor 1 led to at exec")                              \
  NUM(__u32, stdout_rdev, kUnsigned, "proc.stdout.rdev", "",                                       \
      "If descriptor 1 led to a device at exec: its number, as in stat(2)")                        \
  NUM(__u32, stderr_dev, kUnsigned, "proc.stderr.dev", "",                                         \
      "Device of what descriptor 2 led to at exec, as in stat(2)")                                 \
  NUM(__u32, stderr_mode, kUnsigned, "proc.stderr.mode", "",                                       \
      "Type and permission bits of what descriptor 2 led to at exec")                              \
  NUM(__u32, stderr_rdev, kUnsigned, "proc.stderr.rdev", "",                                       \
      "If descriptor 2 led to a device at exec: its number, as in stat(2)")                        \
  NUM(__u16, stdin_family, kUnsigned, "proc.stdin.family", "",                                     \
      "If descriptor 0 led to a socket at exec: its address family, as in fd.family")              \
  NUM(__u16, stdout_family, kUnsigned, "proc.stdout.family", "",                                   \
      "If descriptor 1 led to a socket at exec: its address family, as in fd.family")              \
  NUM(__u16, stderr_family, kUnsigned, "proc.stderr.family", "",                                   \
      "If descriptor 2 led to a socket at exec: its address family, as in fd.family")              \
  NUM(__u8, exe_from_memfd, kBool, "proc.is_exe_from_memfd", "",                                   \
      "The executable exists only in memory")                                                      \
  NUM(__u8, exe_deleted, kBool, "proc.is_exe_deleted", "",                                         \
      "The executable had no name left at exec")                                                   \
  NUM(__u8, exe_upper_layer, kBool, "proc.is_exe_upper_layer", "",                                 \
      "The executable is not from the image (overlayfs)")                                          \
  NUM(__u8, exe_writable, kBool, "proc.is_exe_writable", "",                                       \
      "The process's user may write the executable")                                               \
  NUM(__u8, secure_exec, kBool, "proc.is_secure_exec", "",                                         \
      "The exec raised privileges (setuid, capabilities)")                                         \
  NUM(__u8, kernel_thread, kBool, "proc.is_kernel_thread", "",                                     \
      "Runs no program: a thread of the kernel")                                                   \
  NUM(__u8, from_fork, kBool, "", "", "Made by a fork: the program is that of the parent")         \
  NUM(__u8, exe_script, kBool, "proc.is_script", "",                                               \
      "What was asked for is a script: an interpreter runs it (#!, or binfmt_misc)")               \
  NUM(__u8, exe_loader, kUnsigned, "", "",                                                         \
      "Is the executable the loader (ld.so) of other programs: 0 unknown, 1 no, 2 yes")            \
  NUM(__u8, exe_digest_algorithm, kUnsigned, "", "",                                               \
      "How exe_digest was made: 0 there is none, else 1 + the kernel's HASH_ALGO_*")               \
  TEXT(exe_path, WIRE_TEXT_MAX, kPath, "proc.exepath", "process.executable",                       \
      "Path of the executable, from the root of its mount namespace")                              \
  TEXT(exe_requested, WIRE_TEXT_MAX, kPath, "proc.exe_requested", "",                              \
      "Path that was asked to be executed: for a script, the script")                              \
  TEXT(args, WIRE_TEXT_MAX, kArguments, "", "process.args", "Arguments, each ended by a NUL")      \
  TEXT(env, WIRE_TEXT_MAX, kArguments, "", "process.env_vars",                                     \
      "Environment, each ended by a NUL; empty unless asked for")                                  \
  TEXT(cwd, WIRE_TEXT_MAX, kPath, "proc.cwd", "process.working_directory", "Working directory")    \
  TEXT(cgroup, WIRE_TEXT_MAX, kPath, "proc.cgroup", "", "Path of the cgroup")                      \
  TEXT(exe_digest, 64, kBytes, "", "", "Digest of the executable, from the kernel (IMA)")

// The header of a fork is the creator's.
#define WIRE_ROWS_process_fork(NUM, TEXT, BYTES)                                                   \
  NUM(__u64, child_exec_id, kUnsigned, "fork.child_exec_id", "", "Identity of the new process")    \
  NUM(__u64, child_start_ns, kBootTime, "", "", "When the new process was created")                \
  NUM(__u64, child_parent_exec_id, kUnsigned, "fork.parent_exec_id", "",                           \
      "Identity of the new process's parent: the creator, or with CLONE_PARENT the creator's"      \
      " parent")                                                                                   \
  NUM(__u32, child_pid, kSigned, "fork.child_pid", "", "Process id of the new process")            \
  NUM(__u32, child_vpid, kSigned, "fork.child_vpid", "", "The same in its own pid namespace")

#define WIRE_ROWS_process_exit(NUM, TEXT, BYTES)                                                   \
  NUM(__u64, start_ns, kBootTime, "", "process.start", "When the process was created")             \
  NUM(__u32, status, kUnsigned, "exit.status", "process.exit_code", "Status given to exit(2)")     \
  NUM(__u32, signal, kUnsigned, "exit.signal", "", "Signal that ended it, 0 if none")              \
  NUM(__u32, core_dumped, kBool, "exit.core_dumped", "", "A core was dumped")                      \
  NUM(__u32, exit_reserved, kUnsigned, "", "", "Zero")

// Nothing was run: the process is the one that asked.
#define WIRE_ROWS_process_exec_failed(NUM, TEXT, BYTES)                                            \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, exec_failed_reserved, kUnsigned, "", "", "Zero")                                      \
  TEXT(name, WIRE_TEXT_MAX, kPath, "exec.nameraw", "",                                             \
      "What was asked to be executed, as the program gave it")                                     \
  TEXT(path, WIRE_TEXT_MAX, kPath, "exec.path", "file.path", "Path of the file, if there was one")

// What the kernel put in force, whichever way it was asked; an exec that changes them is none.
#define WIRE_ROWS_process_credentials(NUM, TEXT, BYTES)                                            \
  NUM(__u64, old_cap_effective, kUnsigned, "cred.old_cap_effective", "",                           \
      "Capabilities in force before")                                                              \
  NUM(__u64, old_cap_permitted, kUnsigned, "cred.old_cap_permitted", "",                           \
      "Capabilities permitted before")                                                             \
  NUM(__u64, old_cap_inheritable, kUnsigned, "cred.old_cap_inheritable", "",                       \
      "Capabilities inheritable before")                                                           \
  NUM(__u64, new_cap_effective, kUnsigned, "cred.new_cap_effective", "",                           \
      "Capabilities in force after")                                                               \
  NUM(__u64, new_cap_permitted, kUnsigned, "cred.new_cap_permitted", "",                           \
      "Capabilities permitted after")                                                              \
  NUM(__u64, new_cap_inheritable, kUnsigned, "cred.new_cap_inheritable", "",                       \
      "Capabilities inheritable after")                                                            \
  NUM(__u32, old_uid, kUnsigned, "cred.old_uid", "", "Real user id before")                        \
  NUM(__u32, old_euid, kUnsigned, "cred.old_euid", "", "Effective user id before")                 \
  NUM(__u32, old_suid, kUnsigned, "cred.old_suid", "", "Saved user id before")                     \
  NUM(__u32, old_fsuid, kUnsigned, "cred.old_fsuid", "",                                           \
      "User id for files before")                                                                  \
  NUM(__u32, old_gid, kUnsigned, "cred.old_gid", "", "Real group id before")                       \
  NUM(__u32, old_egid, kUnsigned, "cred.old_egid", "", "Effective group id before")                \
  NUM(__u32, old_sgid, kUnsigned, "cred.old_sgid", "", "Saved group id before")                    \
  NUM(__u32, old_fsgid, kUnsigned, "cred.old_fsgid", "",                                           \
      "Group id for files before")                                                                 \
  NUM(__u32, new_uid, kUnsigned, "cred.new_uid", "", "Real user id after")                         \
  NUM(__u32, new_euid, kUnsigned, "cred.new_euid", "", "Effective user id after")                  \
  NUM(__u32, new_suid, kUnsigned, "cred.new_suid", "", "Saved user id after")                      \
  NUM(__u32, new_fsuid, kUnsigned, "cred.new_fsuid", "",                                           \
      "User id for files after")                                                                   \
  NUM(__u32, new_gid, kUnsigned, "cred.new_gid", "", "Real group id after")                        \
  NUM(__u32, new_egid, kUnsigned, "cred.new_egid", "", "Effective group id after")                 \
  NUM(__u32, new_sgid, kUnsigned, "cred.new_sgid", "", "Saved group id after")                     \
  NUM(__u32, new_fsgid, kUnsigned, "cred.new_fsgid", "",                                           \
      "Group id for files after")                                                                  \
  NUM(__u32, old_user_ns, kUnsigned, "cred.old_user_ns", "",                                       \
      "User namespace before (inode number)")                                                      \
  NUM(__u32, new_user_ns, kUnsigned, "cred.new_user_ns", "",                                       \
      "User namespace after (inode number)")

#define WIRE_ROWS_process_namespace(NUM, TEXT, BYTES)                                              \
  NUM(__u32, ns_flags, kUnsigned, "ns.flags", "", "CLONE_NEW* of what was asked, 0 if unknown")    \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, new_mnt_ns, kUnsigned, "ns.new_mnt_ns", "",                                           \
      "Mount namespace afterwards (inode number), 0 if unknown")                                   \
  NUM(__u32, new_pid_ns, kUnsigned, "ns.new_pid_ns", "",                                           \
      "Pid namespace of children afterwards (inode number), 0 if unknown")                         \
  NUM(__u32, new_net_ns, kUnsigned, "ns.new_net_ns", "",                                           \
      "Network namespace afterwards (inode number), 0 if unknown")                                 \
  NUM(__u32, new_user_ns, kUnsigned, "ns.new_user_ns", "",                                         \
      "User namespace afterwards (inode number), 0 if unknown")                                    \
  NUM(__u32, new_uts_ns, kUnsigned, "ns.new_uts_ns", "",                                           \
      "UTS namespace afterwards (inode number), 0 if unknown")                                     \
  NUM(__u32, new_ipc_ns, kUnsigned, "ns.new_ipc_ns", "",                                           \
      "IPC namespace afterwards (inode number), 0 if unknown")                                     \
  NUM(__u32, new_cgroup_ns, kUnsigned, "ns.new_cgroup_ns", "",                                     \
      "Cgroup namespace afterwards (inode number), 0 if unknown")                                  \
  NUM(__u32, namespace_reserved, kUnsigned, "", "", "Zero")

#define WIRE_ROWS_process_root(NUM, TEXT, BYTES)                                                   \
  NUM(__u64, ino, kSigned, "fs.ino", "file.inode", "Inode")                                        \
  NUM(__u32, dev, kSigned, "fs.dev", "", "Device, as in stat(2)")                                  \
  NUM(__u32, generation, kUnsigned, "fs.generation", "", "Generation of the inode")                \
  NUM(__u32, mode, kUnsigned, "fs.mode", "file.mode", "Type and permission bits")                  \
  NUM(__u32, links, kUnsigned, "fs.links", "", "Hard links")                                       \
  NUM(__u32, owner, kUnsigned, "fs.owner", "file.uid", "User id of the owner")                     \
  NUM(__u32, fs_magic, kUnsigned, "fs.fs_magic", "", "Type of the file system, as in statfs(2)")   \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, pivot, kBool, "root.is_pivot", "",                                                    \
      "The root of the mount namespace was exchanged (pivot_root)")                                \
  TEXT(path, WIRE_TEXT_MAX, kPath, "", "file.path",                                                \
      "Path of the object, from the root of its mount namespace")                                  \
  TEXT(old_root, WIRE_TEXT_MAX, kPath, "root.put_old", "", "Where pivot_root puts the old root")

// Options that hide, disarm or change a process, not the many that only ask.
#define WIRE_ROWS_process_prctl(NUM, TEXT, BYTES)                                                  \
  NUM(__u64, arg2, kUnsigned, "prctl.arg2", "", "Second argument")                                 \
  NUM(__u64, arg3, kUnsigned, "prctl.arg3", "", "Third argument")                                  \
  NUM(__s32, option, kSigned, "prctl.option", "", "PR_*: what was asked")                          \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  TEXT(new_name, 16, kText, "prctl.name", "", "New name of the thread (PR_SET_NAME)")              \
  NUM(__u32, prctl_reserved, kUnsigned, "", "", "Zero")

// Also process_vm_readv and _writev, pidfd_getfd and /proc/PID/mem: the kernel asks the same.
#define WIRE_ROWS_process_ptrace(NUM, TEXT, BYTES)                                                 \
  NUM(__u64, target_exec_id, kUnsigned, "target.exec_id", "",                                      \
      "Identity of the process that it is done to")                                                \
  NUM(__u32, target_pid, kSigned, "target.pid", "",                                                \
      "Process id of the process that it is done to")                                              \
  NUM(__u32, access_mode, kUnsigned, "ptrace.mode", "", "PTRACE_MODE_* bits: 1 read, 2 attach")    \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, traceme, kBool, "ptrace.is_traceme", "", "The process asked its parent to trace it")

// Signals to other processes.
#define WIRE_ROWS_process_signal(NUM, TEXT, BYTES)                                                 \
  NUM(__u64, target_exec_id, kUnsigned, "target.exec_id", "",                                      \
      "Identity of the process that it is done to")                                                \
  NUM(__u32, target_pid, kSigned, "target.pid", "",                                                \
      "Process id of the process that it is done to")                                              \
  NUM(__u32, signal, kUnsigned, "signal.number", "", "Number of the signal")                       \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, signal_reserved, kUnsigned, "", "", "Zero")

#define WIRE_ROWS_process_coredump(NUM, TEXT, BYTES)                                               \
  NUM(__u32, signal, kUnsigned, "signal.number", "", "Number of the signal")                       \
  NUM(__u32, coredump_reserved, kUnsigned, "", "", "Zero")

// The kernel starts a program on behalf of the process (core_pattern, modprobe, hotplug).
#define WIRE_ROWS_process_helper(NUM, TEXT, BYTES)                                                 \
  TEXT(path, WIRE_TEXT_MAX, kPath, "helper.path", "", "Program that the kernel starts")            \
  TEXT(helper_args, WIRE_TEXT_MAX, kArguments, "", "", "Its arguments, each ended by a NUL")

// Kinds that share their rows.
#define WIRE_ROWS_process_exec PROCESS_FIELDS
#define WIRE_ROWS_process_seen PROCESS_FIELDS
// clang-format on

#endif  // VEDETTE_SENSOR_SCHEMA_PROCESS_H_
