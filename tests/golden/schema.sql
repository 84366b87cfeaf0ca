-- The tables of a fresh store, version 1. Golden: VEDETTE_UPDATE_GOLDEN=1 storage_test rewrites it.

CREATE TABLE "meta" (
  "key" TEXT PRIMARY KEY,
  "value"
);

CREATE TABLE "runs" (
  "run" INTEGER PRIMARY KEY,
  "hostname" TEXT,
  "boot_id" TEXT,
  "start_ns" INTEGER NOT NULL,
  "last_ns" INTEGER NOT NULL,
  "end_ns" INTEGER,
  "recording" TEXT,
  "start" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "start_ns" / 1e9, 'unixepoch')) VIRTUAL,
  "last" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "last_ns" / 1e9, 'unixepoch')) VIRTUAL,
  "end" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "end_ns" / 1e9, 'unixepoch')) VIRTUAL
);

CREATE TABLE "users" (
  "uid" INTEGER PRIMARY KEY,
  "name" TEXT
);

CREATE TABLE "processes" (
  "exec_id" INTEGER PRIMARY KEY,
  "parent_exec_id" INTEGER,
  "previous_exec_id" INTEGER,
  "next_exec_id" INTEGER,
  "run" INTEGER NOT NULL,
  "pid" INTEGER,
  "ppid" INTEGER,
  "uid" INTEGER,
  "login_uid" INTEGER,
  "name" TEXT,
  "exe_path" TEXT,
  "args" TEXT,
  "cwd" TEXT,
  "cgroup_id" INTEGER,
  "cgroup" TEXT,
  "from_fork" INTEGER,
  "start_ns" INTEGER,
  "exec_ns" INTEGER,
  "end_ns" INTEGER,
  "exit_status" INTEGER,
  "exit_signal" INTEGER,
  "start" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "start_ns" / 1e9, 'unixepoch')) VIRTUAL,
  "exec" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "exec_ns" / 1e9, 'unixepoch')) VIRTUAL,
  "end" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "end_ns" / 1e9, 'unixepoch')) VIRTUAL
);

CREATE TABLE "alerts" (
  "alert" INTEGER PRIMARY KEY AUTOINCREMENT,
  "id" TEXT NOT NULL,
  "time_ns" INTEGER NOT NULL,
  "rule" TEXT,
  "priority" TEXT,
  "severity" INTEGER,
  "message" TEXT,
  "object" TEXT,
  "event_kind" TEXT,
  "event_type" TEXT,
  "hostname" TEXT,
  "container_id" TEXT,
  "exec_id" INTEGER,
  "run" INTEGER NOT NULL,
  "event_number" INTEGER NOT NULL,
  "event_id" INTEGER NOT NULL,
  "time" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch')) VIRTUAL,
  "action" TEXT,
  "mode" TEXT,
  "attack" TEXT,
  "reference_urls" TEXT,
  "reason" TEXT,
  "repeats" INTEGER,
  "repeats_of" TEXT,
  "verdict" TEXT
);

CREATE TABLE sqlite_sequence(name,seq);

CREATE TABLE "alert_fields" (
  "alert" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "name" TEXT,
  "value" TEXT,
  "json" INTEGER, PRIMARY KEY ("alert", "position")
) WITHOUT ROWID;

CREATE TABLE "alert_processes" (
  "alert" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "exec_id" INTEGER,
  "pid" INTEGER,
  "name" TEXT,
  "exe_path" TEXT,
  "command_line" TEXT,
  "user" TEXT, PRIMARY KEY ("alert", "position")
) WITHOUT ROWID;

CREATE TABLE "alert_tags" (
  "alert" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "tag" TEXT, PRIMARY KEY ("alert", "position")
) WITHOUT ROWID;

CREATE TABLE "alert_evidence" (
  "alert" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "step" TEXT,
  "event_id" INTEGER NOT NULL,
  "time_ns" INTEGER NOT NULL,
  "event_kind" TEXT,
  "event_type" TEXT,
  "exec_id" INTEGER,
  "pid" INTEGER,
  "name" TEXT,
  "exe_path" TEXT,
  "command_line" TEXT,
  "user" TEXT,
  "object" TEXT, PRIMARY KEY ("alert", "position")
) WITHOUT ROWID;

CREATE TABLE "first_seen" (
  "rule" TEXT NOT NULL,
  "fields" TEXT NOT NULL,
  "combination" NOT NULL,
  "first_ns" INTEGER NOT NULL,
  "last_ns" INTEGER NOT NULL,
  "expires_ns" INTEGER NOT NULL,
  "first" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "first_ns" / 1e9, 'unixepoch')) VIRTUAL,
  "last" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "last_ns" / 1e9, 'unixepoch')) VIRTUAL, PRIMARY KEY ("rule", "fields", "combination")
) WITHOUT ROWID;

CREATE TABLE "gaps" (
  "gap" INTEGER PRIMARY KEY,
  "run" INTEGER NOT NULL,
  "start_ns" INTEGER NOT NULL,
  "end_ns" INTEGER NOT NULL,
  "kind" TEXT,
  "stage" TEXT,
  "count" INTEGER NOT NULL,
  "start" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "start_ns" / 1e9, 'unixepoch')) VIRTUAL,
  "end" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "end_ns" / 1e9, 'unixepoch')) VIRTUAL
);

CREATE TABLE "process_fork_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "child_exec_id" INTEGER,
  "child_start_ns" INTEGER,
  "child_parent_exec_id" INTEGER,
  "child_pid" INTEGER,
  "child_vpid" INTEGER
);

CREATE TABLE "process_exec_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "parent_exec_id" INTEGER,
  "previous_exec_id" INTEGER,
  "start_ns" INTEGER,
  "cap_effective" INTEGER,
  "cap_permitted" INTEGER,
  "cap_inheritable" INTEGER,
  "exe_ino" INTEGER,
  "exe_ctime_ns" INTEGER,
  "exe_mtime_ns" INTEGER,
  "parent_pid" INTEGER,
  "real_uid" INTEGER,
  "saved_uid" INTEGER,
  "real_gid" INTEGER,
  "saved_gid" INTEGER,
  "login_uid" INTEGER,
  "login_session" INTEGER,
  "tty" INTEGER,
  "sid" INTEGER,
  "pgid" INTEGER,
  "vpid" INTEGER,
  "exe_dev" INTEGER,
  "exe_generation" INTEGER,
  "exe_links" INTEGER,
  "exe_mode" INTEGER,
  "exe_owner" INTEGER,
  "exe_fs_magic" INTEGER,
  "mnt_ns" INTEGER,
  "pid_ns" INTEGER,
  "net_ns" INTEGER,
  "user_ns" INTEGER,
  "uts_ns" INTEGER,
  "ipc_ns" INTEGER,
  "cgroup_ns" INTEGER,
  "exe_from_memfd" INTEGER,
  "exe_deleted" INTEGER,
  "exe_upper_layer" INTEGER,
  "exe_writable" INTEGER,
  "secure_exec" INTEGER,
  "kernel_thread" INTEGER,
  "from_fork" INTEGER,
  "exe_path" TEXT,
  "exe_requested" TEXT,
  "args" TEXT,
  "env" TEXT,
  "cwd" TEXT,
  "cgroup" TEXT
);

CREATE TABLE "process_exit_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "start_ns" INTEGER,
  "status" INTEGER,
  "signal" INTEGER,
  "core_dumped" INTEGER
);

CREATE TABLE "process_seen_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "parent_exec_id" INTEGER,
  "previous_exec_id" INTEGER,
  "start_ns" INTEGER,
  "cap_effective" INTEGER,
  "cap_permitted" INTEGER,
  "cap_inheritable" INTEGER,
  "exe_ino" INTEGER,
  "exe_ctime_ns" INTEGER,
  "exe_mtime_ns" INTEGER,
  "parent_pid" INTEGER,
  "real_uid" INTEGER,
  "saved_uid" INTEGER,
  "real_gid" INTEGER,
  "saved_gid" INTEGER,
  "login_uid" INTEGER,
  "login_session" INTEGER,
  "tty" INTEGER,
  "sid" INTEGER,
  "pgid" INTEGER,
  "vpid" INTEGER,
  "exe_dev" INTEGER,
  "exe_generation" INTEGER,
  "exe_links" INTEGER,
  "exe_mode" INTEGER,
  "exe_owner" INTEGER,
  "exe_fs_magic" INTEGER,
  "mnt_ns" INTEGER,
  "pid_ns" INTEGER,
  "net_ns" INTEGER,
  "user_ns" INTEGER,
  "uts_ns" INTEGER,
  "ipc_ns" INTEGER,
  "cgroup_ns" INTEGER,
  "exe_from_memfd" INTEGER,
  "exe_deleted" INTEGER,
  "exe_upper_layer" INTEGER,
  "exe_writable" INTEGER,
  "secure_exec" INTEGER,
  "kernel_thread" INTEGER,
  "from_fork" INTEGER,
  "exe_path" TEXT,
  "exe_requested" TEXT,
  "args" TEXT,
  "env" TEXT,
  "cwd" TEXT,
  "cgroup" TEXT
);

CREATE TABLE "process_exec_failed_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "result" INTEGER,
  "name" TEXT,
  "path" TEXT
);

CREATE TABLE "process_credentials_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "old_cap_effective" INTEGER,
  "old_cap_permitted" INTEGER,
  "new_cap_effective" INTEGER,
  "new_cap_permitted" INTEGER,
  "old_uid" INTEGER,
  "old_euid" INTEGER,
  "old_suid" INTEGER,
  "old_gid" INTEGER,
  "old_egid" INTEGER,
  "old_sgid" INTEGER,
  "new_uid" INTEGER,
  "new_euid" INTEGER,
  "new_suid" INTEGER,
  "new_gid" INTEGER,
  "new_egid" INTEGER,
  "new_sgid" INTEGER,
  "old_user_ns" INTEGER,
  "new_user_ns" INTEGER
);

CREATE TABLE "process_namespace_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "ns_flags" INTEGER,
  "result" INTEGER,
  "new_mnt_ns" INTEGER,
  "new_pid_ns" INTEGER,
  "new_net_ns" INTEGER,
  "new_user_ns" INTEGER,
  "new_uts_ns" INTEGER,
  "new_ipc_ns" INTEGER,
  "new_cgroup_ns" INTEGER
);

CREATE TABLE "process_root_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "ino" INTEGER,
  "dev" INTEGER,
  "generation" INTEGER,
  "mode" INTEGER,
  "links" INTEGER,
  "owner" INTEGER,
  "fs_magic" INTEGER,
  "result" INTEGER,
  "pivot" INTEGER,
  "path" TEXT,
  "old_root" TEXT
);

CREATE TABLE "process_prctl_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "arg2" INTEGER,
  "arg3" INTEGER,
  "option" INTEGER,
  "result" INTEGER,
  "new_name" TEXT
);

CREATE TABLE "file_open_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "ino" INTEGER,
  "result" INTEGER,
  "flags" INTEGER,
  "create_mode" INTEGER,
  "dev" INTEGER,
  "generation" INTEGER,
  "mode" INTEGER,
  "links" INTEGER,
  "owner" INTEGER,
  "fs_magic" INTEGER,
  "created" INTEGER,
  "path" TEXT,
  "name" TEXT
);

CREATE TABLE "file_unlink_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "ino" INTEGER,
  "dev" INTEGER,
  "generation" INTEGER,
  "mode" INTEGER,
  "links" INTEGER,
  "owner" INTEGER,
  "fs_magic" INTEGER,
  "result" INTEGER,
  "path" TEXT
);

CREATE TABLE "file_rename_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "replaced_ino" INTEGER,
  "ino" INTEGER,
  "dev" INTEGER,
  "generation" INTEGER,
  "mode" INTEGER,
  "links" INTEGER,
  "owner" INTEGER,
  "fs_magic" INTEGER,
  "result" INTEGER,
  "rename_flags" INTEGER,
  "path" TEXT,
  "new_path" TEXT
);

CREATE TABLE "file_link_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "ino" INTEGER,
  "dev" INTEGER,
  "generation" INTEGER,
  "mode" INTEGER,
  "links" INTEGER,
  "owner" INTEGER,
  "fs_magic" INTEGER,
  "result" INTEGER,
  "path" TEXT,
  "new_path" TEXT
);

CREATE TABLE "file_symlink_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "result" INTEGER,
  "new_path" TEXT,
  "target" TEXT
);

CREATE TABLE "file_mkdir_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "result" INTEGER,
  "new_mode" INTEGER,
  "path" TEXT
);

CREATE TABLE "file_mknod_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "result" INTEGER,
  "new_mode" INTEGER,
  "new_dev" INTEGER,
  "path" TEXT
);

CREATE TABLE "file_chmod_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "ino" INTEGER,
  "dev" INTEGER,
  "generation" INTEGER,
  "mode" INTEGER,
  "links" INTEGER,
  "owner" INTEGER,
  "fs_magic" INTEGER,
  "result" INTEGER,
  "new_mode" INTEGER,
  "path" TEXT
);

CREATE TABLE "file_chown_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "ino" INTEGER,
  "dev" INTEGER,
  "generation" INTEGER,
  "mode" INTEGER,
  "links" INTEGER,
  "owner" INTEGER,
  "fs_magic" INTEGER,
  "result" INTEGER,
  "new_uid" INTEGER,
  "new_gid" INTEGER,
  "path" TEXT
);

CREATE TABLE "file_xattr_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "ino" INTEGER,
  "dev" INTEGER,
  "generation" INTEGER,
  "mode" INTEGER,
  "links" INTEGER,
  "owner" INTEGER,
  "fs_magic" INTEGER,
  "result" INTEGER,
  "removed" INTEGER,
  "value_size" INTEGER,
  "path" TEXT,
  "xattr_name" TEXT
);

CREATE TABLE "network_connect_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "socket_ino" INTEGER,
  "remote_address" TEXT,
  "local_address" TEXT,
  "result" INTEGER,
  "net_ns" INTEGER,
  "family" INTEGER,
  "socket_type" INTEGER,
  "protocol" INTEGER,
  "remote_port" INTEGER,
  "local_port" INTEGER,
  "unix_path" TEXT
);

CREATE TABLE "file_truncate_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "ino" INTEGER,
  "dev" INTEGER,
  "generation" INTEGER,
  "mode" INTEGER,
  "links" INTEGER,
  "owner" INTEGER,
  "fs_magic" INTEGER,
  "result" INTEGER,
  "path" TEXT
);

CREATE TABLE "file_mount_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "mount_flags" INTEGER,
  "result" INTEGER,
  "moved" INTEGER,
  "path" TEXT,
  "source" TEXT,
  "fs_type" TEXT
);

CREATE TABLE "file_umount_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "result" INTEGER,
  "umount_flags" INTEGER,
  "fs_magic" INTEGER,
  "path" TEXT
);

CREATE TABLE "file_receive_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "ino" INTEGER,
  "dev" INTEGER,
  "generation" INTEGER,
  "mode" INTEGER,
  "links" INTEGER,
  "owner" INTEGER,
  "fs_magic" INTEGER,
  "result" INTEGER,
  "path" TEXT
);

CREATE TABLE "file_mmap_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "ino" INTEGER,
  "dev" INTEGER,
  "generation" INTEGER,
  "mode" INTEGER,
  "links" INTEGER,
  "owner" INTEGER,
  "fs_magic" INTEGER,
  "result" INTEGER,
  "prot" INTEGER,
  "map_flags" INTEGER,
  "path" TEXT
);

CREATE TABLE "file_mprotect_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "address" INTEGER,
  "length" INTEGER,
  "ino" INTEGER,
  "dev" INTEGER,
  "generation" INTEGER,
  "mode" INTEGER,
  "links" INTEGER,
  "owner" INTEGER,
  "fs_magic" INTEGER,
  "result" INTEGER,
  "prot" INTEGER,
  "old_prot" INTEGER,
  "path" TEXT
);

CREATE TABLE "file_access_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "ino" INTEGER,
  "dev" INTEGER,
  "generation" INTEGER,
  "mode" INTEGER,
  "links" INTEGER,
  "owner" INTEGER,
  "fs_magic" INTEGER,
  "result" INTEGER,
  "access" INTEGER,
  "path" TEXT
);

CREATE TABLE "process_ptrace_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "target_exec_id" INTEGER,
  "target_pid" INTEGER,
  "access_mode" INTEGER,
  "result" INTEGER,
  "traceme" INTEGER
);

CREATE TABLE "process_signal_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "target_exec_id" INTEGER,
  "target_pid" INTEGER,
  "signal" INTEGER,
  "result" INTEGER
);

CREATE TABLE "process_coredump_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "signal" INTEGER
);

CREATE TABLE "process_helper_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "path" TEXT,
  "helper_args" TEXT
);

CREATE TABLE "network_socket_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "socket_ino" INTEGER,
  "remote_address" TEXT,
  "local_address" TEXT,
  "result" INTEGER,
  "net_ns" INTEGER,
  "family" INTEGER,
  "socket_type" INTEGER,
  "protocol" INTEGER,
  "remote_port" INTEGER,
  "local_port" INTEGER,
  "unix_path" TEXT
);

CREATE TABLE "network_bind_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "socket_ino" INTEGER,
  "remote_address" TEXT,
  "local_address" TEXT,
  "result" INTEGER,
  "net_ns" INTEGER,
  "family" INTEGER,
  "socket_type" INTEGER,
  "protocol" INTEGER,
  "remote_port" INTEGER,
  "local_port" INTEGER,
  "unix_path" TEXT
);

CREATE TABLE "network_listen_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "backlog" INTEGER,
  "socket_ino" INTEGER,
  "remote_address" TEXT,
  "local_address" TEXT,
  "result" INTEGER,
  "net_ns" INTEGER,
  "family" INTEGER,
  "socket_type" INTEGER,
  "protocol" INTEGER,
  "remote_port" INTEGER,
  "local_port" INTEGER,
  "unix_path" TEXT
);

CREATE TABLE "network_accept_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "socket_ino" INTEGER,
  "remote_address" TEXT,
  "local_address" TEXT,
  "result" INTEGER,
  "net_ns" INTEGER,
  "family" INTEGER,
  "socket_type" INTEGER,
  "protocol" INTEGER,
  "remote_port" INTEGER,
  "local_port" INTEGER,
  "unix_path" TEXT
);

CREATE TABLE "network_send_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "bytes" INTEGER,
  "socket_ino" INTEGER,
  "remote_address" TEXT,
  "local_address" TEXT,
  "result" INTEGER,
  "net_ns" INTEGER,
  "family" INTEGER,
  "socket_type" INTEGER,
  "protocol" INTEGER,
  "remote_port" INTEGER,
  "local_port" INTEGER,
  "unix_path" TEXT
);

CREATE TABLE "network_receive_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "bytes" INTEGER,
  "socket_ino" INTEGER,
  "remote_address" TEXT,
  "local_address" TEXT,
  "result" INTEGER,
  "net_ns" INTEGER,
  "family" INTEGER,
  "socket_type" INTEGER,
  "protocol" INTEGER,
  "remote_port" INTEGER,
  "local_port" INTEGER,
  "unix_path" TEXT
);

CREATE TABLE "network_dns_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "socket_ino" INTEGER,
  "remote_address" TEXT,
  "local_address" TEXT,
  "result" INTEGER,
  "net_ns" INTEGER,
  "family" INTEGER,
  "socket_type" INTEGER,
  "protocol" INTEGER,
  "remote_port" INTEGER,
  "local_port" INTEGER,
  "unix_path" TEXT,
  "answer" INTEGER,
  "payload" TEXT
);

CREATE TABLE "network_end_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "bytes_sent" INTEGER,
  "bytes_received" INTEGER,
  "duration_ns" INTEGER,
  "socket_ino" INTEGER,
  "remote_address" TEXT,
  "local_address" TEXT,
  "result" INTEGER,
  "net_ns" INTEGER,
  "family" INTEGER,
  "socket_type" INTEGER,
  "protocol" INTEGER,
  "remote_port" INTEGER,
  "local_port" INTEGER,
  "unix_path" TEXT
);

CREATE TABLE "kernel_module_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "result" INTEGER,
  "unload" INTEGER,
  "taints" INTEGER,
  "module_name" TEXT
);

CREATE TABLE "kernel_load_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "ino" INTEGER,
  "dev" INTEGER,
  "generation" INTEGER,
  "mode" INTEGER,
  "links" INTEGER,
  "owner" INTEGER,
  "fs_magic" INTEGER,
  "result" INTEGER,
  "load_id" INTEGER,
  "from_memory" INTEGER,
  "path" TEXT
);

CREATE TABLE "kernel_bpf_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "command" INTEGER,
  "result" INTEGER,
  "object_type" INTEGER,
  "attach_type" INTEGER,
  "object_name" TEXT
);

CREATE TABLE "kernel_perf_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "perf_config" INTEGER,
  "perf_type" INTEGER,
  "result" INTEGER
);

CREATE TABLE "kernel_io_uring_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "setup_flags" INTEGER,
  "result" INTEGER,
  "sq_entries" INTEGER,
  "cq_entries" INTEGER
);

CREATE TABLE "kernel_memfd_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "result" INTEGER,
  "memfd_flags" INTEGER,
  "memfd_name" TEXT
);

CREATE TABLE "kernel_lockdown_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "reason" INTEGER,
  "result" INTEGER
);

CREATE TABLE "kernel_clock_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "seconds" INTEGER,
  "result" INTEGER
);

CREATE TABLE "lost_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "from_ns" INTEGER,
  "to_ns" INTEGER,
  "count" INTEGER,
  "lost_kind" INTEGER,
  "lost_lane" INTEGER,
  "stage" INTEGER,
  "lost_cpu" INTEGER
);

CREATE TABLE "system_call_rows" (
  "id" INTEGER PRIMARY KEY,
  "time_ns" INTEGER,
  "record_flags" INTEGER,
  "truncated" TEXT,
  "boot_time_ns" INTEGER,
  "sequence" INTEGER,
  "exec_id" INTEGER,
  "cgroup_id" INTEGER,
  "pid" INTEGER,
  "tid" INTEGER,
  "uid" INTEGER,
  "gid" INTEGER,
  "cpu" INTEGER,
  "repeats" INTEGER,
  "syscall" INTEGER,
  "rules_generation" INTEGER,
  "comm" TEXT,
  "arg0" INTEGER,
  "arg1" INTEGER,
  "arg2" INTEGER,
  "arg3" INTEGER,
  "arg4" INTEGER,
  "arg5" INTEGER,
  "returned" INTEGER,
  "result" INTEGER
);

CREATE INDEX "processes_by_parent_exec_id" ON "processes" ("parent_exec_id");

CREATE INDEX "processes_by_pid" ON "processes" ("pid");

CREATE INDEX "processes_by_end_ns" ON "processes" ("end_ns");

CREATE INDEX "alerts_by_id" ON "alerts" ("id");

CREATE INDEX "alerts_by_time_ns" ON "alerts" ("time_ns");

CREATE INDEX "alerts_by_event_id" ON "alerts" ("event_id");

CREATE INDEX "alert_processes_by_exec_id" ON "alert_processes" ("exec_id");

CREATE INDEX "gaps_by_end_ns" ON "gaps" ("end_ns");

CREATE INDEX "alert_evidence_by_event_id" ON "alert_evidence" ("event_id");

CREATE INDEX "first_seen_by_expires_ns" ON "first_seen" ("expires_ns");

CREATE INDEX "process_fork_rows_by_time_ns" ON "process_fork_rows" ("time_ns");

CREATE INDEX "process_fork_rows_by_exec_id" ON "process_fork_rows" ("exec_id");

CREATE INDEX "process_exec_rows_by_time_ns" ON "process_exec_rows" ("time_ns");

CREATE INDEX "process_exec_rows_by_exec_id" ON "process_exec_rows" ("exec_id");

CREATE INDEX "process_exit_rows_by_time_ns" ON "process_exit_rows" ("time_ns");

CREATE INDEX "process_exit_rows_by_exec_id" ON "process_exit_rows" ("exec_id");

CREATE INDEX "process_seen_rows_by_time_ns" ON "process_seen_rows" ("time_ns");

CREATE INDEX "process_seen_rows_by_exec_id" ON "process_seen_rows" ("exec_id");

CREATE INDEX "process_exec_failed_rows_by_time_ns" ON "process_exec_failed_rows" ("time_ns");

CREATE INDEX "process_exec_failed_rows_by_exec_id" ON "process_exec_failed_rows" ("exec_id");

CREATE INDEX "process_credentials_rows_by_time_ns" ON "process_credentials_rows" ("time_ns");

CREATE INDEX "process_credentials_rows_by_exec_id" ON "process_credentials_rows" ("exec_id");

CREATE INDEX "process_namespace_rows_by_time_ns" ON "process_namespace_rows" ("time_ns");

CREATE INDEX "process_namespace_rows_by_exec_id" ON "process_namespace_rows" ("exec_id");

CREATE INDEX "process_root_rows_by_time_ns" ON "process_root_rows" ("time_ns");

CREATE INDEX "process_root_rows_by_exec_id" ON "process_root_rows" ("exec_id");

CREATE INDEX "process_prctl_rows_by_time_ns" ON "process_prctl_rows" ("time_ns");

CREATE INDEX "process_prctl_rows_by_exec_id" ON "process_prctl_rows" ("exec_id");

CREATE INDEX "file_open_rows_by_time_ns" ON "file_open_rows" ("time_ns");

CREATE INDEX "file_open_rows_by_exec_id" ON "file_open_rows" ("exec_id");

CREATE INDEX "file_unlink_rows_by_time_ns" ON "file_unlink_rows" ("time_ns");

CREATE INDEX "file_unlink_rows_by_exec_id" ON "file_unlink_rows" ("exec_id");

CREATE INDEX "file_rename_rows_by_time_ns" ON "file_rename_rows" ("time_ns");

CREATE INDEX "file_rename_rows_by_exec_id" ON "file_rename_rows" ("exec_id");

CREATE INDEX "file_link_rows_by_time_ns" ON "file_link_rows" ("time_ns");

CREATE INDEX "file_link_rows_by_exec_id" ON "file_link_rows" ("exec_id");

CREATE INDEX "file_symlink_rows_by_time_ns" ON "file_symlink_rows" ("time_ns");

CREATE INDEX "file_symlink_rows_by_exec_id" ON "file_symlink_rows" ("exec_id");

CREATE INDEX "file_mkdir_rows_by_time_ns" ON "file_mkdir_rows" ("time_ns");

CREATE INDEX "file_mkdir_rows_by_exec_id" ON "file_mkdir_rows" ("exec_id");

CREATE INDEX "file_mknod_rows_by_time_ns" ON "file_mknod_rows" ("time_ns");

CREATE INDEX "file_mknod_rows_by_exec_id" ON "file_mknod_rows" ("exec_id");

CREATE INDEX "file_chmod_rows_by_time_ns" ON "file_chmod_rows" ("time_ns");

CREATE INDEX "file_chmod_rows_by_exec_id" ON "file_chmod_rows" ("exec_id");

CREATE INDEX "file_chown_rows_by_time_ns" ON "file_chown_rows" ("time_ns");

CREATE INDEX "file_chown_rows_by_exec_id" ON "file_chown_rows" ("exec_id");

CREATE INDEX "file_xattr_rows_by_time_ns" ON "file_xattr_rows" ("time_ns");

CREATE INDEX "file_xattr_rows_by_exec_id" ON "file_xattr_rows" ("exec_id");

CREATE INDEX "network_connect_rows_by_time_ns" ON "network_connect_rows" ("time_ns");

CREATE INDEX "network_connect_rows_by_exec_id" ON "network_connect_rows" ("exec_id");

CREATE INDEX "file_truncate_rows_by_time_ns" ON "file_truncate_rows" ("time_ns");

CREATE INDEX "file_truncate_rows_by_exec_id" ON "file_truncate_rows" ("exec_id");

CREATE INDEX "file_mount_rows_by_time_ns" ON "file_mount_rows" ("time_ns");

CREATE INDEX "file_mount_rows_by_exec_id" ON "file_mount_rows" ("exec_id");

CREATE INDEX "file_umount_rows_by_time_ns" ON "file_umount_rows" ("time_ns");

CREATE INDEX "file_umount_rows_by_exec_id" ON "file_umount_rows" ("exec_id");

CREATE INDEX "file_receive_rows_by_time_ns" ON "file_receive_rows" ("time_ns");

CREATE INDEX "file_receive_rows_by_exec_id" ON "file_receive_rows" ("exec_id");

CREATE INDEX "file_mmap_rows_by_time_ns" ON "file_mmap_rows" ("time_ns");

CREATE INDEX "file_mmap_rows_by_exec_id" ON "file_mmap_rows" ("exec_id");

CREATE INDEX "file_mprotect_rows_by_time_ns" ON "file_mprotect_rows" ("time_ns");

CREATE INDEX "file_mprotect_rows_by_exec_id" ON "file_mprotect_rows" ("exec_id");

CREATE INDEX "file_access_rows_by_time_ns" ON "file_access_rows" ("time_ns");

CREATE INDEX "file_access_rows_by_exec_id" ON "file_access_rows" ("exec_id");

CREATE INDEX "process_ptrace_rows_by_time_ns" ON "process_ptrace_rows" ("time_ns");

CREATE INDEX "process_ptrace_rows_by_exec_id" ON "process_ptrace_rows" ("exec_id");

CREATE INDEX "process_signal_rows_by_time_ns" ON "process_signal_rows" ("time_ns");

CREATE INDEX "process_signal_rows_by_exec_id" ON "process_signal_rows" ("exec_id");

CREATE INDEX "process_coredump_rows_by_time_ns" ON "process_coredump_rows" ("time_ns");

CREATE INDEX "process_coredump_rows_by_exec_id" ON "process_coredump_rows" ("exec_id");

CREATE INDEX "process_helper_rows_by_time_ns" ON "process_helper_rows" ("time_ns");

CREATE INDEX "process_helper_rows_by_exec_id" ON "process_helper_rows" ("exec_id");

CREATE INDEX "network_socket_rows_by_time_ns" ON "network_socket_rows" ("time_ns");

CREATE INDEX "network_socket_rows_by_exec_id" ON "network_socket_rows" ("exec_id");

CREATE INDEX "network_bind_rows_by_time_ns" ON "network_bind_rows" ("time_ns");

CREATE INDEX "network_bind_rows_by_exec_id" ON "network_bind_rows" ("exec_id");

CREATE INDEX "network_listen_rows_by_time_ns" ON "network_listen_rows" ("time_ns");

CREATE INDEX "network_listen_rows_by_exec_id" ON "network_listen_rows" ("exec_id");

CREATE INDEX "network_accept_rows_by_time_ns" ON "network_accept_rows" ("time_ns");

CREATE INDEX "network_accept_rows_by_exec_id" ON "network_accept_rows" ("exec_id");

CREATE INDEX "network_send_rows_by_time_ns" ON "network_send_rows" ("time_ns");

CREATE INDEX "network_send_rows_by_exec_id" ON "network_send_rows" ("exec_id");

CREATE INDEX "network_receive_rows_by_time_ns" ON "network_receive_rows" ("time_ns");

CREATE INDEX "network_receive_rows_by_exec_id" ON "network_receive_rows" ("exec_id");

CREATE INDEX "network_dns_rows_by_time_ns" ON "network_dns_rows" ("time_ns");

CREATE INDEX "network_dns_rows_by_exec_id" ON "network_dns_rows" ("exec_id");

CREATE INDEX "network_end_rows_by_time_ns" ON "network_end_rows" ("time_ns");

CREATE INDEX "network_end_rows_by_exec_id" ON "network_end_rows" ("exec_id");

CREATE INDEX "kernel_module_rows_by_time_ns" ON "kernel_module_rows" ("time_ns");

CREATE INDEX "kernel_module_rows_by_exec_id" ON "kernel_module_rows" ("exec_id");

CREATE INDEX "kernel_load_rows_by_time_ns" ON "kernel_load_rows" ("time_ns");

CREATE INDEX "kernel_load_rows_by_exec_id" ON "kernel_load_rows" ("exec_id");

CREATE INDEX "kernel_bpf_rows_by_time_ns" ON "kernel_bpf_rows" ("time_ns");

CREATE INDEX "kernel_bpf_rows_by_exec_id" ON "kernel_bpf_rows" ("exec_id");

CREATE INDEX "kernel_perf_rows_by_time_ns" ON "kernel_perf_rows" ("time_ns");

CREATE INDEX "kernel_perf_rows_by_exec_id" ON "kernel_perf_rows" ("exec_id");

CREATE INDEX "kernel_io_uring_rows_by_time_ns" ON "kernel_io_uring_rows" ("time_ns");

CREATE INDEX "kernel_io_uring_rows_by_exec_id" ON "kernel_io_uring_rows" ("exec_id");

CREATE INDEX "kernel_memfd_rows_by_time_ns" ON "kernel_memfd_rows" ("time_ns");

CREATE INDEX "kernel_memfd_rows_by_exec_id" ON "kernel_memfd_rows" ("exec_id");

CREATE INDEX "kernel_lockdown_rows_by_time_ns" ON "kernel_lockdown_rows" ("time_ns");

CREATE INDEX "kernel_lockdown_rows_by_exec_id" ON "kernel_lockdown_rows" ("exec_id");

CREATE INDEX "kernel_clock_rows_by_time_ns" ON "kernel_clock_rows" ("time_ns");

CREATE INDEX "kernel_clock_rows_by_exec_id" ON "kernel_clock_rows" ("exec_id");

CREATE INDEX "lost_rows_by_time_ns" ON "lost_rows" ("time_ns");

CREATE INDEX "lost_rows_by_exec_id" ON "lost_rows" ("exec_id");

CREATE INDEX "system_call_rows_by_time_ns" ON "system_call_rows" ("time_ns");

CREATE INDEX "system_call_rows_by_exec_id" ON "system_call_rows" ("exec_id");

CREATE VIEW "process_fork" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "child_exec_id", "child_start_ns", "child_parent_exec_id", "child_pid", "child_vpid" FROM "process_fork_rows";

CREATE VIEW "process_exec" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "parent_exec_id", "previous_exec_id", "start_ns", "cap_effective", "cap_permitted", "cap_inheritable", "exe_ino", "exe_ctime_ns", "exe_mtime_ns", "parent_pid", "real_uid", "saved_uid", "real_gid", "saved_gid", "login_uid", "login_session", "tty", "sid", "pgid", "vpid", "exe_dev", "exe_generation", "exe_links", "exe_mode", "exe_owner", "exe_fs_magic", "mnt_ns", "pid_ns", "net_ns", "user_ns", "uts_ns", "ipc_ns", "cgroup_ns", "exe_from_memfd", "exe_deleted", "exe_upper_layer", "exe_writable", "secure_exec", "kernel_thread", "from_fork", "exe_path", "exe_requested", "args", "env", "cwd", "cgroup" FROM "process_exec_rows";

CREATE VIEW "process_exit" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "start_ns", "status", "signal", "core_dumped" FROM "process_exit_rows";

CREATE VIEW "process_seen" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "parent_exec_id", "previous_exec_id", "start_ns", "cap_effective", "cap_permitted", "cap_inheritable", "exe_ino", "exe_ctime_ns", "exe_mtime_ns", "parent_pid", "real_uid", "saved_uid", "real_gid", "saved_gid", "login_uid", "login_session", "tty", "sid", "pgid", "vpid", "exe_dev", "exe_generation", "exe_links", "exe_mode", "exe_owner", "exe_fs_magic", "mnt_ns", "pid_ns", "net_ns", "user_ns", "uts_ns", "ipc_ns", "cgroup_ns", "exe_from_memfd", "exe_deleted", "exe_upper_layer", "exe_writable", "secure_exec", "kernel_thread", "from_fork", "exe_path", "exe_requested", "args", "env", "cwd", "cgroup" FROM "process_seen_rows";

CREATE VIEW "process_exec_failed" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "result", "name", "path" FROM "process_exec_failed_rows";

CREATE VIEW "process_credentials" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "old_cap_effective", "old_cap_permitted", "new_cap_effective", "new_cap_permitted", "old_uid", "old_euid", "old_suid", "old_gid", "old_egid", "old_sgid", "new_uid", "new_euid", "new_suid", "new_gid", "new_egid", "new_sgid", "old_user_ns", "new_user_ns" FROM "process_credentials_rows";

CREATE VIEW "process_namespace" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "ns_flags", "result", "new_mnt_ns", "new_pid_ns", "new_net_ns", "new_user_ns", "new_uts_ns", "new_ipc_ns", "new_cgroup_ns" FROM "process_namespace_rows";

CREATE VIEW "process_root" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "ino", "dev", "generation", "mode", "links", "owner", "fs_magic", "result", "pivot", "path", "old_root" FROM "process_root_rows";

CREATE VIEW "process_prctl" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "arg2", "arg3", "option", "result", "new_name" FROM "process_prctl_rows";

CREATE VIEW "file_open" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "ino", "result", "flags", "create_mode", "dev", "generation", "mode", "links", "owner", "fs_magic", "created", "path", "name" FROM "file_open_rows";

CREATE VIEW "file_unlink" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "ino", "dev", "generation", "mode", "links", "owner", "fs_magic", "result", "path" FROM "file_unlink_rows";

CREATE VIEW "file_rename" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "replaced_ino", "ino", "dev", "generation", "mode", "links", "owner", "fs_magic", "result", "rename_flags", "path", "new_path" FROM "file_rename_rows";

CREATE VIEW "file_link" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "ino", "dev", "generation", "mode", "links", "owner", "fs_magic", "result", "path", "new_path" FROM "file_link_rows";

CREATE VIEW "file_symlink" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "result", "new_path", "target" FROM "file_symlink_rows";

CREATE VIEW "file_mkdir" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "result", "new_mode", "path" FROM "file_mkdir_rows";

CREATE VIEW "file_mknod" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "result", "new_mode", "new_dev", "path" FROM "file_mknod_rows";

CREATE VIEW "file_chmod" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "ino", "dev", "generation", "mode", "links", "owner", "fs_magic", "result", "new_mode", "path" FROM "file_chmod_rows";

CREATE VIEW "file_chown" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "ino", "dev", "generation", "mode", "links", "owner", "fs_magic", "result", "new_uid", "new_gid", "path" FROM "file_chown_rows";

CREATE VIEW "file_xattr" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "ino", "dev", "generation", "mode", "links", "owner", "fs_magic", "result", "removed", "value_size", "path", "xattr_name" FROM "file_xattr_rows";

CREATE VIEW "network_connect" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "socket_ino", "remote_address", "local_address", "result", "net_ns", "family", "socket_type", "protocol", "remote_port", "local_port", "unix_path" FROM "network_connect_rows";

CREATE VIEW "file_truncate" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "ino", "dev", "generation", "mode", "links", "owner", "fs_magic", "result", "path" FROM "file_truncate_rows";

CREATE VIEW "file_mount" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "mount_flags", "result", "moved", "path", "source", "fs_type" FROM "file_mount_rows";

CREATE VIEW "file_umount" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "result", "umount_flags", "fs_magic", "path" FROM "file_umount_rows";

CREATE VIEW "file_receive" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "ino", "dev", "generation", "mode", "links", "owner", "fs_magic", "result", "path" FROM "file_receive_rows";

CREATE VIEW "file_mmap" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "ino", "dev", "generation", "mode", "links", "owner", "fs_magic", "result", "prot", "map_flags", "path" FROM "file_mmap_rows";

CREATE VIEW "file_mprotect" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "address", "length", "ino", "dev", "generation", "mode", "links", "owner", "fs_magic", "result", "prot", "old_prot", "path" FROM "file_mprotect_rows";

CREATE VIEW "file_access" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "ino", "dev", "generation", "mode", "links", "owner", "fs_magic", "result", "access", "path" FROM "file_access_rows";

CREATE VIEW "process_ptrace" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "target_exec_id", "target_pid", "access_mode", "result", "traceme" FROM "process_ptrace_rows";

CREATE VIEW "process_signal" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "target_exec_id", "target_pid", "signal", "result" FROM "process_signal_rows";

CREATE VIEW "process_coredump" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "signal" FROM "process_coredump_rows";

CREATE VIEW "process_helper" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "path", "helper_args" FROM "process_helper_rows";

CREATE VIEW "network_socket" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "socket_ino", "remote_address", "local_address", "result", "net_ns", "family", "socket_type", "protocol", "remote_port", "local_port", "unix_path" FROM "network_socket_rows";

CREATE VIEW "network_bind" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "socket_ino", "remote_address", "local_address", "result", "net_ns", "family", "socket_type", "protocol", "remote_port", "local_port", "unix_path" FROM "network_bind_rows";

CREATE VIEW "network_listen" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "backlog", "socket_ino", "remote_address", "local_address", "result", "net_ns", "family", "socket_type", "protocol", "remote_port", "local_port", "unix_path" FROM "network_listen_rows";

CREATE VIEW "network_accept" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "socket_ino", "remote_address", "local_address", "result", "net_ns", "family", "socket_type", "protocol", "remote_port", "local_port", "unix_path" FROM "network_accept_rows";

CREATE VIEW "network_send" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "bytes", "socket_ino", "remote_address", "local_address", "result", "net_ns", "family", "socket_type", "protocol", "remote_port", "local_port", "unix_path" FROM "network_send_rows";

CREATE VIEW "network_receive" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "bytes", "socket_ino", "remote_address", "local_address", "result", "net_ns", "family", "socket_type", "protocol", "remote_port", "local_port", "unix_path" FROM "network_receive_rows";

CREATE VIEW "network_dns" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "socket_ino", "remote_address", "local_address", "result", "net_ns", "family", "socket_type", "protocol", "remote_port", "local_port", "unix_path", "answer", "payload" FROM "network_dns_rows";

CREATE VIEW "network_end" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "bytes_sent", "bytes_received", "duration_ns", "socket_ino", "remote_address", "local_address", "result", "net_ns", "family", "socket_type", "protocol", "remote_port", "local_port", "unix_path" FROM "network_end_rows";

CREATE VIEW "kernel_module" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "result", "unload", "taints", "module_name" FROM "kernel_module_rows";

CREATE VIEW "kernel_load" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "ino", "dev", "generation", "mode", "links", "owner", "fs_magic", "result", "load_id", "from_memory", "path" FROM "kernel_load_rows";

CREATE VIEW "kernel_bpf" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "command", "result", "object_type", "attach_type", "object_name" FROM "kernel_bpf_rows";

CREATE VIEW "kernel_perf" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "perf_config", "perf_type", "result" FROM "kernel_perf_rows";

CREATE VIEW "kernel_io_uring" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "setup_flags", "result", "sq_entries", "cq_entries" FROM "kernel_io_uring_rows";

CREATE VIEW "kernel_memfd" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "result", "memfd_flags", "memfd_name" FROM "kernel_memfd_rows";

CREATE VIEW "kernel_lockdown" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "reason", "result" FROM "kernel_lockdown_rows";

CREATE VIEW "kernel_clock" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "seconds", "result" FROM "kernel_clock_rows";

CREATE VIEW "lost" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "from_ns", "to_ns", "count", "lost_kind", "lost_lane", "stage", "lost_cpu" FROM "lost_rows";

CREATE VIEW "system_call" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "arg0", "arg1", "arg2", "arg3", "arg4", "arg5", "returned", "result" FROM "system_call_rows";

CREATE VIEW "events" AS
SELECT "id", "time", "time_ns", 'process_fork' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", NULL AS "object", NULL AS "result" FROM "process_fork"
UNION ALL
SELECT "id", "time", "time_ns", 'process_exec' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("exe_path", "exe_requested", "cwd", "cgroup") AS "object", NULL AS "result" FROM "process_exec"
UNION ALL
SELECT "id", "time", "time_ns", 'process_exit' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", NULL AS "object", NULL AS "result" FROM "process_exit"
UNION ALL
SELECT "id", "time", "time_ns", 'process_seen' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("exe_path", "exe_requested", "cwd", "cgroup") AS "object", NULL AS "result" FROM "process_seen"
UNION ALL
SELECT "id", "time", "time_ns", 'process_exec_failed' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("name", "path") AS "object", "result" AS "result" FROM "process_exec_failed"
UNION ALL
SELECT "id", "time", "time_ns", 'process_credentials' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", NULL AS "object", NULL AS "result" FROM "process_credentials"
UNION ALL
SELECT "id", "time", "time_ns", 'process_namespace' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", NULL AS "object", "result" AS "result" FROM "process_namespace"
UNION ALL
SELECT "id", "time", "time_ns", 'process_root' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("path", "old_root") AS "object", "result" AS "result" FROM "process_root"
UNION ALL
SELECT "id", "time", "time_ns", 'process_prctl' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "new_name" AS "object", "result" AS "result" FROM "process_prctl"
UNION ALL
SELECT "id", "time", "time_ns", 'file_open' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("path", "name") AS "object", "result" AS "result" FROM "file_open"
UNION ALL
SELECT "id", "time", "time_ns", 'file_unlink' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "path" AS "object", "result" AS "result" FROM "file_unlink"
UNION ALL
SELECT "id", "time", "time_ns", 'file_rename' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("path", "new_path") AS "object", "result" AS "result" FROM "file_rename"
UNION ALL
SELECT "id", "time", "time_ns", 'file_link' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("path", "new_path") AS "object", "result" AS "result" FROM "file_link"
UNION ALL
SELECT "id", "time", "time_ns", 'file_symlink' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "new_path" AS "object", "result" AS "result" FROM "file_symlink"
UNION ALL
SELECT "id", "time", "time_ns", 'file_mkdir' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "path" AS "object", "result" AS "result" FROM "file_mkdir"
UNION ALL
SELECT "id", "time", "time_ns", 'file_mknod' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "path" AS "object", "result" AS "result" FROM "file_mknod"
UNION ALL
SELECT "id", "time", "time_ns", 'file_chmod' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "path" AS "object", "result" AS "result" FROM "file_chmod"
UNION ALL
SELECT "id", "time", "time_ns", 'file_chown' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "path" AS "object", "result" AS "result" FROM "file_chown"
UNION ALL
SELECT "id", "time", "time_ns", 'file_xattr' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "path" AS "object", "result" AS "result" FROM "file_xattr"
UNION ALL
SELECT "id", "time", "time_ns", 'network_connect' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("unix_path", CASE WHEN instr("remote_address", ':') THEN '[' || "remote_address" || ']:' || "remote_port" ELSE "remote_address" || ':' || "remote_port" END) AS "object", "result" AS "result" FROM "network_connect"
UNION ALL
SELECT "id", "time", "time_ns", 'file_truncate' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "path" AS "object", "result" AS "result" FROM "file_truncate"
UNION ALL
SELECT "id", "time", "time_ns", 'file_mount' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "path" AS "object", "result" AS "result" FROM "file_mount"
UNION ALL
SELECT "id", "time", "time_ns", 'file_umount' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "path" AS "object", "result" AS "result" FROM "file_umount"
UNION ALL
SELECT "id", "time", "time_ns", 'file_receive' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "path" AS "object", "result" AS "result" FROM "file_receive"
UNION ALL
SELECT "id", "time", "time_ns", 'file_mmap' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "path" AS "object", "result" AS "result" FROM "file_mmap"
UNION ALL
SELECT "id", "time", "time_ns", 'file_mprotect' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "path" AS "object", "result" AS "result" FROM "file_mprotect"
UNION ALL
SELECT "id", "time", "time_ns", 'file_access' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "path" AS "object", "result" AS "result" FROM "file_access"
UNION ALL
SELECT "id", "time", "time_ns", 'process_ptrace' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", NULL AS "object", "result" AS "result" FROM "process_ptrace"
UNION ALL
SELECT "id", "time", "time_ns", 'process_signal' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", NULL AS "object", "result" AS "result" FROM "process_signal"
UNION ALL
SELECT "id", "time", "time_ns", 'process_coredump' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", NULL AS "object", NULL AS "result" FROM "process_coredump"
UNION ALL
SELECT "id", "time", "time_ns", 'process_helper' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "path" AS "object", NULL AS "result" FROM "process_helper"
UNION ALL
SELECT "id", "time", "time_ns", 'network_socket' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("unix_path", CASE WHEN instr("remote_address", ':') THEN '[' || "remote_address" || ']:' || "remote_port" ELSE "remote_address" || ':' || "remote_port" END) AS "object", "result" AS "result" FROM "network_socket"
UNION ALL
SELECT "id", "time", "time_ns", 'network_bind' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("unix_path", CASE WHEN instr("remote_address", ':') THEN '[' || "remote_address" || ']:' || "remote_port" ELSE "remote_address" || ':' || "remote_port" END) AS "object", "result" AS "result" FROM "network_bind"
UNION ALL
SELECT "id", "time", "time_ns", 'network_listen' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("unix_path", CASE WHEN instr("remote_address", ':') THEN '[' || "remote_address" || ']:' || "remote_port" ELSE "remote_address" || ':' || "remote_port" END) AS "object", "result" AS "result" FROM "network_listen"
UNION ALL
SELECT "id", "time", "time_ns", 'network_accept' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("unix_path", CASE WHEN instr("remote_address", ':') THEN '[' || "remote_address" || ']:' || "remote_port" ELSE "remote_address" || ':' || "remote_port" END) AS "object", "result" AS "result" FROM "network_accept"
UNION ALL
SELECT "id", "time", "time_ns", 'network_send' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("unix_path", CASE WHEN instr("remote_address", ':') THEN '[' || "remote_address" || ']:' || "remote_port" ELSE "remote_address" || ':' || "remote_port" END) AS "object", "result" AS "result" FROM "network_send"
UNION ALL
SELECT "id", "time", "time_ns", 'network_receive' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("unix_path", CASE WHEN instr("remote_address", ':') THEN '[' || "remote_address" || ']:' || "remote_port" ELSE "remote_address" || ':' || "remote_port" END) AS "object", "result" AS "result" FROM "network_receive"
UNION ALL
SELECT "id", "time", "time_ns", 'network_dns' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("unix_path", CASE WHEN instr("remote_address", ':') THEN '[' || "remote_address" || ']:' || "remote_port" ELSE "remote_address" || ':' || "remote_port" END) AS "object", "result" AS "result" FROM "network_dns"
UNION ALL
SELECT "id", "time", "time_ns", 'network_end' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("unix_path", CASE WHEN instr("remote_address", ':') THEN '[' || "remote_address" || ']:' || "remote_port" ELSE "remote_address" || ':' || "remote_port" END) AS "object", "result" AS "result" FROM "network_end"
UNION ALL
SELECT "id", "time", "time_ns", 'kernel_module' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "module_name" AS "object", "result" AS "result" FROM "kernel_module"
UNION ALL
SELECT "id", "time", "time_ns", 'kernel_load' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "path" AS "object", "result" AS "result" FROM "kernel_load"
UNION ALL
SELECT "id", "time", "time_ns", 'kernel_bpf' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "object_name" AS "object", "result" AS "result" FROM "kernel_bpf"
UNION ALL
SELECT "id", "time", "time_ns", 'kernel_perf' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", NULL AS "object", "result" AS "result" FROM "kernel_perf"
UNION ALL
SELECT "id", "time", "time_ns", 'kernel_io_uring' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", NULL AS "object", "result" AS "result" FROM "kernel_io_uring"
UNION ALL
SELECT "id", "time", "time_ns", 'kernel_memfd' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", "memfd_name" AS "object", "result" AS "result" FROM "kernel_memfd"
UNION ALL
SELECT "id", "time", "time_ns", 'kernel_lockdown' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", NULL AS "object", "result" AS "result" FROM "kernel_lockdown"
UNION ALL
SELECT "id", "time", "time_ns", 'kernel_clock' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", NULL AS "object", "result" AS "result" FROM "kernel_clock"
UNION ALL
SELECT "id", "time", "time_ns", 'lost' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", NULL AS "object", NULL AS "result" FROM "lost"
UNION ALL
SELECT "id", "time", "time_ns", 'system_call' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", NULL AS "object", "result" AS "result" FROM "system_call";
