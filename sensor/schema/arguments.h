// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Arguments of system calls and other events, as Falco names and types them: each is two fields,
// `evt.arg.NAME`, which is text as people read it, and `evt.rawarg.NAME`, as the kernel has it.
// ARGUMENT(name, type of the raw field, kinds that supply the text, kinds that supply the raw one)
// Kinds as in context.h.
// Where calls disagree about the type of a name, it is that of the first call in Falco's table.
// Calls, which types have them, and in which order: engine/enrich/arguments.cc.
#ifndef VEDETTE_SENSOR_SCHEMA_ARGUMENTS_H_
#define VEDETTE_SENSOR_SCHEMA_ARGUMENTS_H_

// Rows are read as a table.
// clang-format off
#define EVENT_ARGUMENTS(ARGUMENT)                                                                  \
  ARGUMENT(ID, kUnsigned, NOTHING, NOTHING)                                                        \
  ARGUMENT(nativeID, kUnsigned, NOTHING, NOTHING)                                                  \
  ARGUMENT(name, kPath,                                                                            \
      file_open | file_unlink | file_umount | kernel_memfd | kernel_module,                        \
      file_open | file_unlink | file_umount | kernel_memfd | kernel_module)                        \
  ARGUMENT(flags, kUnsigned,                                                                       \
      file_open | file_unlink | file_rename | file_mount | file_umount | file_mmap                 \
      | kernel_memfd | kernel_io_uring | system_call | process_namespace,                          \
      file_open | file_unlink | file_rename | file_mount | file_umount | file_mmap                 \
      | kernel_memfd | kernel_io_uring | system_call | process_namespace)                          \
  ARGUMENT(mode, kUnsigned,                                                                        \
      file_open | file_mkdir | file_mknod | file_chmod,                                            \
      file_open | file_mkdir | file_mknod | file_chmod)                                            \
  ARGUMENT(fd, kSigned,                                                                            \
      file_open | file_chmod | file_chown | file_mmap | system_call,                               \
      file_open | system_call)                                                                     \
  ARGUMENT(dev, kUnsigned, file_open | file_mknod | file_mount, file_open | file_mknod)            \
  ARGUMENT(ino, kUnsigned, file_open, file_open)                                                   \
  ARGUMENT(res, kSigned,                                                                           \
      EXEC | FORK | network_connect | file_unlink | file_rename | file_link | file_symlink         \
      | file_mkdir | file_mknod | file_chmod | file_chown | file_mount | file_umount               \
      | file_mmap | file_mprotect | kernel_module | kernel_io_uring | system_call                  \
      | network_socket | network_bind | network_listen | network_send | network_receive            \
      | process_exec_failed | process_credentials | process_namespace | process_root               \
      | process_prctl | process_ptrace | process_signal,                                           \
      EXEC | FORK | network_connect | file_unlink | file_rename | file_link | file_symlink         \
      | file_mkdir | file_mknod | file_chmod | file_chown | file_mount | file_umount               \
      | file_mmap | file_mprotect | kernel_module | kernel_io_uring | system_call                  \
      | network_socket | network_bind | network_listen | network_send | network_receive            \
      | process_exec_failed | process_credentials | process_namespace | process_root               \
      | process_prctl | process_ptrace | process_signal)                                           \
  ARGUMENT(data, kBytes, NOTHING, NOTHING)                                                         \
  ARGUMENT(size, kUnsigned, network_send | network_receive, network_send | network_receive)        \
  ARGUMENT(domain, kUnsigned, network_socket, network_socket)                                      \
  ARGUMENT(type, kUnsigned, file_mount | network_socket, network_socket)                           \
  ARGUMENT(proto, kUnsigned, network_socket, network_socket)                                       \
  ARGUMENT(addr, kBytes, network_connect | file_mprotect | network_bind, NOTHING)                  \
  ARGUMENT(tuple, kBytes,                                                                          \
      network_connect | network_accept | network_send | network_receive,                           \
      NOTHING)                                                                                     \
  ARGUMENT(backlog, kSigned, network_listen, network_listen)                                       \
  ARGUMENT(how, kUnsigned, NOTHING, NOTHING)                                                       \
  ARGUMENT(fd1, kSigned, NOTHING, NOTHING)                                                         \
  ARGUMENT(fd2, kSigned, NOTHING, NOTHING)                                                         \
  ARGUMENT(source, kUnsigned, NOTHING, NOTHING)                                                    \
  ARGUMENT(peer, kUnsigned, NOTHING, NOTHING)                                                      \
  ARGUMENT(level, kUnsigned, NOTHING, NOTHING)                                                     \
  ARGUMENT(optname, kUnsigned, NOTHING, NOTHING)                                                   \
  ARGUMENT(val, kBytes, NOTHING, NOTHING)                                                          \
  ARGUMENT(optlen, kUnsigned, NOTHING, NOTHING)                                                    \
  ARGUMENT(msgcontrol, kBytes, NOTHING, NOTHING)                                                   \
  ARGUMENT(creat_flags, kUnsigned, NOTHING, NOTHING)                                               \
  ARGUMENT(initval, kUnsigned, NOTHING, NOTHING)                                                   \
  ARGUMENT(op, kUnsigned, system_call, system_call)                                                \
  ARGUMENT(path, kPath,                                                                            \
      file_open | file_unlink | file_mkdir | file_mknod | file_chown | process_root,               \
      file_open | file_unlink | file_mkdir | file_mknod | file_chown | process_root)               \
  ARGUMENT(maxevents, kSigned, NOTHING, NOTHING)                                                   \
  ARGUMENT(fds, kBytes, NOTHING, NOTHING)                                                          \
  ARGUMENT(timeout, kSigned, NOTHING, NOTHING)                                                     \
  ARGUMENT(offset, kUnsigned, NOTHING, NOTHING)                                                    \
  ARGUMENT(whence, kUnsigned, NOTHING, NOTHING)                                                    \
  ARGUMENT(pos, kUnsigned, NOTHING, NOTHING)                                                       \
  ARGUMENT(mask, kUnsigned, NOTHING, NOTHING)                                                      \
  ARGUMENT(pid, kSigned,                                                                           \
      EXEC | FORK | system_call | process_ptrace | process_signal,                                 \
      EXEC | FORK | system_call | process_ptrace | process_signal)                                 \
  ARGUMENT(sig, kUnsigned,                                                                         \
      EXIT | process_signal | process_coredump,                                                    \
      EXIT | process_signal | process_coredump)                                                    \
  ARGUMENT(tid, kSigned, EXEC | FORK, EXEC | FORK)                                                 \
  ARGUMENT(interval, kDuration, NOTHING, NOTHING)                                                  \
  ARGUMENT(clockid, kUnsigned, NOTHING, NOTHING)                                                   \
  ARGUMENT(cur, kSigned, NOTHING, NOTHING)                                                         \
  ARGUMENT(max, kSigned, NOTHING, NOTHING)                                                         \
  ARGUMENT(resource, kUnsigned, NOTHING, NOTHING)                                                  \
  ARGUMENT(newcur, kSigned, NOTHING, NOTHING)                                                      \
  ARGUMENT(newmax, kSigned, NOTHING, NOTHING)                                                      \
  ARGUMENT(oldcur, kSigned, NOTHING, NOTHING)                                                      \
  ARGUMENT(oldmax, kSigned, NOTHING, NOTHING)                                                      \
  ARGUMENT(ratio, kUnsigned, NOTHING, NOTHING)                                                     \
  ARGUMENT(cmd, kUnsigned, kernel_bpf | system_call, kernel_bpf | system_call)                     \
  ARGUMENT(arg, kUnsigned, system_call, system_call)                                               \
  ARGUMENT(next, kSigned, NOTHING, NOTHING)                                                        \
  ARGUMENT(pgft_maj, kUnsigned, NOTHING, NOTHING)                                                  \
  ARGUMENT(pgft_min, kUnsigned, NOTHING, NOTHING)                                                  \
  ARGUMENT(vm_size, kUnsigned, NOTHING, NOTHING)                                                   \
  ARGUMENT(vm_rss, kUnsigned, NOTHING, NOTHING)                                                    \
  ARGUMENT(vm_swap, kUnsigned, NOTHING, NOTHING)                                                   \
  ARGUMENT(length, kUnsigned, file_mprotect, file_mprotect)                                        \
  ARGUMENT(prot, kUnsigned, file_mmap | file_mprotect, file_mmap | file_mprotect)                  \
  ARGUMENT(pgoffset, kUnsigned, NOTHING, NOTHING)                                                  \
  ARGUMENT(fd_in, kSigned, NOTHING, NOTHING)                                                       \
  ARGUMENT(fd_out, kSigned, NOTHING, NOTHING)                                                      \
  ARGUMENT(request, kUnsigned, process_ptrace, process_ptrace)                                     \
  ARGUMENT(argument, kUnsigned, NOTHING, NOTHING)                                                  \
  ARGUMENT(oldpath, kPath, file_rename | file_link, file_rename | file_link)                       \
  ARGUMENT(newpath, kPath, file_rename | file_link, file_rename | file_link)                       \
  ARGUMENT(olddirfd, kSigned, NOTHING, NOTHING)                                                    \
  ARGUMENT(newdirfd, kSigned, NOTHING, NOTHING)                                                    \
  ARGUMENT(target, kText, file_symlink, file_symlink)                                              \
  ARGUMENT(linkpath, kPath, file_symlink, file_symlink)                                            \
  ARGUMENT(linkdirfd, kSigned, NOTHING, NOTHING)                                                   \
  ARGUMENT(status, kSigned, EXIT, EXIT)                                                            \
  ARGUMENT(ret, kSigned, EXIT, EXIT)                                                               \
  ARGUMENT(core, kUnsigned, EXIT, EXIT)                                                            \
  ARGUMENT(reaper_tid, kSigned, NOTHING, NOTHING)                                                  \
  ARGUMENT(out_fd, kSigned, NOTHING, NOTHING)                                                      \
  ARGUMENT(in_fd, kSigned, NOTHING, NOTHING)                                                       \
  ARGUMENT(special, kText, NOTHING, NOTHING)                                                       \
  ARGUMENT(quotafilepath, kText, NOTHING, NOTHING)                                                 \
  ARGUMENT(dqb_bhardlimit, kUnsigned, NOTHING, NOTHING)                                            \
  ARGUMENT(dqb_bsoftlimit, kUnsigned, NOTHING, NOTHING)                                            \
  ARGUMENT(dqb_curspace, kUnsigned, NOTHING, NOTHING)                                              \
  ARGUMENT(dqb_ihardlimit, kUnsigned, NOTHING, NOTHING)                                            \
  ARGUMENT(dqb_isoftlimit, kUnsigned, NOTHING, NOTHING)                                            \
  ARGUMENT(dqb_btime, kDuration, NOTHING, NOTHING)                                                 \
  ARGUMENT(dqb_itime, kDuration, NOTHING, NOTHING)                                                 \
  ARGUMENT(dqi_bgrace, kDuration, NOTHING, NOTHING)                                                \
  ARGUMENT(dqi_igrace, kDuration, NOTHING, NOTHING)                                                \
  ARGUMENT(dqi_flags, kUnsigned, NOTHING, NOTHING)                                                 \
  ARGUMENT(quota_fmt_out, kUnsigned, NOTHING, NOTHING)                                             \
  ARGUMENT(id, kUnsigned, NOTHING, NOTHING)                                                        \
  ARGUMENT(quota_fmt, kUnsigned, NOTHING, NOTHING)                                                 \
  ARGUMENT(ruid, kUnsigned, process_credentials, process_credentials)                              \
  ARGUMENT(euid, kUnsigned, process_credentials, process_credentials)                              \
  ARGUMENT(suid, kUnsigned, process_credentials, process_credentials)                              \
  ARGUMENT(rgid, kUnsigned, process_credentials, process_credentials)                              \
  ARGUMENT(egid, kUnsigned, process_credentials, process_credentials)                              \
  ARGUMENT(sgid, kUnsigned, process_credentials, process_credentials)                              \
  ARGUMENT(event_type, kUnsigned, NOTHING, NOTHING)                                                \
  ARGUMENT(event_data, kUnsigned, NOTHING, NOTHING)                                                \
  ARGUMENT(uid, kUnsigned,                                                                         \
      EXEC | FORK | file_chown | process_credentials,                                              \
      EXEC | FORK | file_chown | process_credentials)                                              \
  ARGUMENT(gid, kUnsigned,                                                                         \
      EXEC | FORK | file_chown | process_credentials,                                              \
      EXEC | FORK | file_chown | process_credentials)                                              \
  ARGUMENT(exe, kText, EXEC | FORK, EXEC | FORK)                                                   \
  ARGUMENT(args, kBytes, EXEC | FORK, EXEC | FORK)                                                 \
  ARGUMENT(ptid, kSigned, EXEC | FORK, EXEC | FORK)                                                \
  ARGUMENT(cwd, kText, EXEC | FORK, EXEC | FORK)                                                   \
  ARGUMENT(fdlimit, kSigned, NOTHING, NOTHING)                                                     \
  ARGUMENT(comm, kText, EXEC | FORK, EXEC | FORK)                                                  \
  ARGUMENT(cgroups, kBytes, NOTHING, NOTHING)                                                      \
  ARGUMENT(vtid, kSigned, FORK, FORK)                                                              \
  ARGUMENT(vpid, kSigned, FORK, FORK)                                                              \
  ARGUMENT(pidns_init_start_ts, kUnsigned, NOTHING, NOTHING)                                       \
  ARGUMENT(spid, kSigned, NOTHING, NOTHING)                                                        \
  ARGUMENT(dpid, kSigned, process_coredump, process_coredump)                                      \
  ARGUMENT(cpu_usr, kUnsigned, NOTHING, NOTHING)                                                   \
  ARGUMENT(cpu_sys, kUnsigned, NOTHING, NOTHING)                                                   \
  ARGUMENT(nstype, kUnsigned, process_namespace, process_namespace)                                \
  ARGUMENT(operation, kUnsigned, system_call, system_call)                                         \
  ARGUMENT(cpu, kUnsigned, NOTHING, NOTHING)                                                       \
  ARGUMENT(action, kUnsigned, NOTHING, NOTHING)                                                    \
  ARGUMENT(queuepct, kUnsigned, NOTHING, NOTHING)                                                  \
  ARGUMENT(queuelen, kUnsigned, NOTHING, NOTHING)                                                  \
  ARGUMENT(queuemax, kUnsigned, NOTHING, NOTHING)                                                  \
  ARGUMENT(nsops, kUnsigned, NOTHING, NOTHING)                                                     \
  ARGUMENT(sem_num_0, kUnsigned, NOTHING, NOTHING)                                                 \
  ARGUMENT(sem_op_0, kSigned, NOTHING, NOTHING)                                                    \
  ARGUMENT(sem_flg_0, kUnsigned, NOTHING, NOTHING)                                                 \
  ARGUMENT(sem_num_1, kUnsigned, NOTHING, NOTHING)                                                 \
  ARGUMENT(sem_op_1, kSigned, NOTHING, NOTHING)                                                    \
  ARGUMENT(sem_flg_1, kUnsigned, NOTHING, NOTHING)                                                 \
  ARGUMENT(semid, kSigned, NOTHING, NOTHING)                                                       \
  ARGUMENT(semnum, kSigned, NOTHING, NOTHING)                                                      \
  ARGUMENT(sigmask, kUnsigned, NOTHING, NOTHING)                                                   \
  ARGUMENT(dir, kPath, file_mount, file_mount)                                                     \
  ARGUMENT(key, kSigned, NOTHING, NOTHING)                                                         \
  ARGUMENT(nsems, kSigned, NOTHING, NOTHING)                                                       \
  ARGUMENT(semflg, kUnsigned, NOTHING, NOTHING)                                                    \
  ARGUMENT(desc, kText, NOTHING, NOTHING)                                                          \
  ARGUMENT(description, kText, NOTHING, NOTHING)                                                   \
  ARGUMENT(scope, kText, NOTHING, NOTHING)                                                         \
  ARGUMENT(ip, kUnsigned, NOTHING, NOTHING)                                                        \
  ARGUMENT(error, kUnsigned, NOTHING, NOTHING)                                                     \
  ARGUMENT(env, kBytes, EXEC, EXEC)                                                                \
  ARGUMENT(tty, kUnsigned, EXEC, EXEC)                                                             \
  ARGUMENT(vpgid, kSigned, EXEC, EXEC)                                                             \
  ARGUMENT(loginuid, kUnsigned, EXEC, EXEC)                                                        \
  ARGUMENT(cap_inheritable, kUnsigned, EXEC, EXEC)                                                 \
  ARGUMENT(cap_permitted, kUnsigned, EXEC | process_credentials, EXEC | process_credentials)       \
  ARGUMENT(cap_effective, kUnsigned, EXEC | process_credentials, EXEC | process_credentials)       \
  ARGUMENT(exe_ino, kUnsigned, EXEC, EXEC)                                                         \
  ARGUMENT(exe_ino_ctime, kWallTime, EXEC, EXEC)                                                   \
  ARGUMENT(exe_ino_mtime, kWallTime, EXEC, EXEC)                                                   \
  ARGUMENT(trusted_exepath, kPath, EXEC, EXEC)                                                     \
  ARGUMENT(pgid, kSigned, EXEC, EXEC)                                                              \
  ARGUMENT(filename, kPath,                                                                        \
      EXEC | file_chmod | process_exec_failed,                                                     \
      EXEC | file_chmod | process_exec_failed)                                                     \
  ARGUMENT(dirfd, kSigned, NOTHING, NOTHING)                                                       \
  ARGUMENT(olddir, kSigned, NOTHING, NOTHING)                                                      \
  ARGUMENT(newdir, kSigned, NOTHING, NOTHING)                                                      \
  ARGUMENT(plugin_id, kUnsigned, NOTHING, NOTHING)                                                 \
  ARGUMENT(json, kText, NOTHING, NOTHING)                                                          \
  ARGUMENT(resolve, kUnsigned, NOTHING, NOTHING)                                                   \
  ARGUMENT(fdout, kSigned, NOTHING, NOTHING)                                                       \
  ARGUMENT(offout, kUnsigned, NOTHING, NOTHING)                                                    \
  ARGUMENT(fdin, kSigned, NOTHING, NOTHING)                                                        \
  ARGUMENT(offin, kUnsigned, NOTHING, NOTHING)                                                     \
  ARGUMENT(len, kUnsigned, NOTHING, NOTHING)                                                       \
  ARGUMENT(mountfd, kSigned, NOTHING, NOTHING)                                                     \
  ARGUMENT(entries, kUnsigned, NOTHING, NOTHING)                                                   \
  ARGUMENT(sq_entries, kUnsigned, kernel_io_uring, kernel_io_uring)                                \
  ARGUMENT(cq_entries, kUnsigned, kernel_io_uring, kernel_io_uring)                                \
  ARGUMENT(sq_thread_cpu, kUnsigned, NOTHING, NOTHING)                                             \
  ARGUMENT(sq_thread_idle, kUnsigned, NOTHING, NOTHING)                                            \
  ARGUMENT(features, kUnsigned, NOTHING, NOTHING)                                                  \
  ARGUMENT(to_submit, kUnsigned, NOTHING, NOTHING)                                                 \
  ARGUMENT(min_complete, kUnsigned, NOTHING, NOTHING)                                              \
  ARGUMENT(opcode, kUnsigned, system_call, system_call)                                            \
  ARGUMENT(nr_args, kUnsigned, system_call, system_call)                                           \
  ARGUMENT(home, kText, NOTHING, NOTHING)                                                          \
  ARGUMENT(shell, kText, NOTHING, NOTHING)                                                         \
  ARGUMENT(container_id, kText, NOTHING, NOTHING)                                                  \
  ARGUMENT(oldfd, kSigned, NOTHING, NOTHING)                                                       \
  ARGUMENT(newfd, kSigned, NOTHING, NOTHING)                                                       \
  ARGUMENT(value_bytebuf, kBytes, NOTHING, NOTHING)                                                \
  ARGUMENT(value_charbuf, kText, NOTHING, NOTHING)                                                 \
  ARGUMENT(aux, kSigned, NOTHING, NOTHING)                                                         \
  ARGUMENT(pathname, kPath, file_chown, file_chown)                                                \
  ARGUMENT(option, kUnsigned, process_prctl, process_prctl)                                        \
  ARGUMENT(arg2_str, kText, process_prctl, process_prctl)                                          \
  ARGUMENT(arg2_int, kSigned, process_prctl, process_prctl)                                        \
  ARGUMENT(pid_fd, kSigned, NOTHING, NOTHING)                                                      \
  ARGUMENT(target_fd, kSigned, NOTHING, NOTHING)                                                   \
  ARGUMENT(img, kBytes, NOTHING, NOTHING)                                                          \
  ARGUMENT(uargs, kText, NOTHING, NOTHING)                                                         \
  ARGUMENT(ppid, kSigned, NOTHING, NOTHING)                                                        \
  ARGUMENT(sid, kSigned, NOTHING, NOTHING)                                                         \
  ARGUMENT(argv, kText, NOTHING, NOTHING)                                                          \
  ARGUMENT(exepath, kPath, NOTHING, NOTHING)                                                       \
  ARGUMENT(exe_ino_num, kUnsigned, NOTHING, NOTHING)                                               \
  ARGUMENT(vtgid, kSigned, NOTHING, NOTHING)                                                       \
  ARGUMENT(root, kPath, NOTHING, NOTHING)                                                          \
  ARGUMENT(start_time, kWallTime, NOTHING, NOTHING)                                                \
  ARGUMENT(ino_num, kUnsigned, NOTHING, NOTHING)                                                   \
  ARGUMENT(mnt_id, kUnsigned, NOTHING, NOTHING)                                                    \
  ARGUMENT(sk_type, kUnsigned, NOTHING, NOTHING)                                                   \
  ARGUMENT(sk_proto, kUnsigned, NOTHING, NOTHING)                                                  \
  ARGUMENT(local_ip, kAddress, NOTHING, NOTHING)                                                   \
  ARGUMENT(local_port, kPort, NOTHING, NOTHING)                                                    \
  ARGUMENT(remote_ip, kAddress, NOTHING, NOTHING)                                                  \
  ARGUMENT(remote_port, kPort, NOTHING, NOTHING)                                                   \
  ARGUMENT(sk_pointer, kUnsigned, NOTHING, NOTHING)                                                \
  ARGUMENT(sun_path, kPath, NOTHING, NOTHING)                                                      \
  ARGUMENT(fd_type, kUnsigned, NOTHING, NOTHING)                                                   \
  ARGUMENT(first, kUnsigned, NOTHING, NOTHING)                                                     \
  ARGUMENT(last, kUnsigned, NOTHING, NOTHING)                                                      \
  ARGUMENT(arg2, kBytes, NOTHING, NOTHING)                                                         \
  ARGUMENT(arg3, kBytes, NOTHING, NOTHING)                                                         \
  ARGUMENT(arg4, kBytes, NOTHING, NOTHING)                                                         \
  ARGUMENT(arg5, kBytes, NOTHING, NOTHING)
// clang-format on

#endif  // VEDETTE_SENSOR_SCHEMA_ARGUMENTS_H_
