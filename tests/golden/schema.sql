-- The tables of a fresh store, version 4. Golden: VEDETTE_UPDATE_GOLDEN=1 storage_test rewrites it.

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
  "start" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "start_ns" / 1000000 / 1e3, 'unixepoch')) VIRTUAL,
  "last" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "last_ns" / 1000000 / 1e3, 'unixepoch')) VIRTUAL,
  "end" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "end_ns" / 1000000 / 1e3, 'unixepoch')) VIRTUAL
);

CREATE TABLE "users" (
  "uid" INTEGER PRIMARY KEY,
  "name" TEXT
);

CREATE TABLE "groups" (
  "gid" INTEGER PRIMARY KEY,
  "name" TEXT
);

CREATE TABLE "process_rows" (
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
  "start" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "start_ns" / 1000000 / 1e3, 'unixepoch')) VIRTUAL,
  "exec" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "exec_ns" / 1000000 / 1e3, 'unixepoch')) VIRTUAL,
  "end" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "end_ns" / 1000000 / 1e3, 'unixepoch')) VIRTUAL,
  "exe_sha256" TEXT,
  "exe_sha256_state" TEXT,
  "requested_by_exec_id" INTEGER,
  "requested_via" TEXT,
  "requested_candidates" INTEGER,
  "parent_name" TEXT
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
  "time" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1000000 / 1e3, 'unixepoch')) VIRTUAL,
  "action" TEXT,
  "mode" TEXT,
  "attack" TEXT,
  "reference_urls" TEXT,
  "reason" TEXT,
  "repeats" INTEGER,
  "repeats_of" TEXT,
  "verdict" TEXT,
  "suppressed_by" TEXT
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

CREATE TABLE "alert_changes" (
  "change" INTEGER PRIMARY KEY AUTOINCREMENT,
  "alert" INTEGER NOT NULL,
  "time_ns" INTEGER NOT NULL,
  "action" TEXT NOT NULL,
  "value" TEXT,
  "comment" TEXT,
  "user" TEXT,
  "login_uid" INTEGER,
  "uid" INTEGER,
  "request" TEXT,
  "time" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1000000 / 1e3, 'unixepoch')) VIRTUAL
);

CREATE TABLE "suppressions" (
  "suppression" INTEGER PRIMARY KEY AUTOINCREMENT,
  "time_ns" INTEGER NOT NULL,
  "action" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "rule" TEXT,
  "program" TEXT,
  "ancestor" TEXT,
  "command" TEXT,
  "account" TEXT,
  "object" TEXT,
  "container" TEXT,
  "duplicate_of" TEXT,
  "expires_ns" INTEGER,
  "reason" TEXT,
  "user" TEXT,
  "login_uid" INTEGER,
  "uid" INTEGER,
  "time" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1000000 / 1e3, 'unixepoch')) VIRTUAL,
  "expires" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "expires_ns" / 1000000 / 1e3, 'unixepoch')) VIRTUAL
);

CREATE TABLE "alert_matches" (
  "alert" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "predicate" TEXT NOT NULL,
  "value" TEXT,
  "holds" INTEGER NOT NULL, PRIMARY KEY ("alert", "position")
) WITHOUT ROWID;

CREATE TABLE "alert_prehistory" (
  "alert" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "event_id" INTEGER NOT NULL, PRIMARY KEY ("alert", "position")
) WITHOUT ROWID;

CREATE TABLE "first_seen" (
  "rule" TEXT NOT NULL,
  "fields" TEXT NOT NULL,
  "combination" NOT NULL,
  "first_ns" INTEGER NOT NULL,
  "last_ns" INTEGER NOT NULL,
  "expires_ns" INTEGER NOT NULL,
  "first" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "first_ns" / 1000000 / 1e3, 'unixepoch')) VIRTUAL,
  "last" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "last_ns" / 1000000 / 1e3, 'unixepoch')) VIRTUAL, PRIMARY KEY ("rule", "fields", "combination")
) WITHOUT ROWID;

CREATE TABLE "containers" (
  "id" TEXT PRIMARY KEY,
  "name" TEXT,
  "image" TEXT,
  "image_repository" TEXT,
  "image_tag" TEXT,
  "image_digest" TEXT,
  "pod_name" TEXT,
  "pod_namespace" TEXT,
  "pod_uid" TEXT,
  "labels" TEXT,
  "pod_labels" TEXT,
  "privileged" INTEGER,
  "start_ns" INTEGER,
  "first_ns" INTEGER NOT NULL,
  "last_ns" INTEGER NOT NULL,
  "start" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "start_ns" / 1000000 / 1e3, 'unixepoch')) VIRTUAL,
  "first" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "first_ns" / 1000000 / 1e3, 'unixepoch')) VIRTUAL,
  "last" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "last_ns" / 1000000 / 1e3, 'unixepoch')) VIRTUAL
);

CREATE TABLE "gaps" (
  "gap" INTEGER PRIMARY KEY,
  "run" INTEGER NOT NULL,
  "start_ns" INTEGER NOT NULL,
  "end_ns" INTEGER NOT NULL,
  "kind" TEXT,
  "stage" TEXT,
  "count" INTEGER NOT NULL,
  "start" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "start_ns" / 1000000 / 1e3, 'unixepoch')) VIRTUAL,
  "end" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "end_ns" / 1000000 / 1e3, 'unixepoch')) VIRTUAL
);

CREATE TABLE "late_events" (
  "arrival" INTEGER PRIMARY KEY AUTOINCREMENT,
  "id" INTEGER NOT NULL
);

CREATE TABLE "event_drops" (
  "drop" INTEGER PRIMARY KEY AUTOINCREMENT,
  "first_id" INTEGER NOT NULL,
  "last_id" INTEGER NOT NULL,
  "start_ns" INTEGER NOT NULL,
  "end_ns" INTEGER NOT NULL,
  "count" INTEGER NOT NULL
);

CREATE TABLE "layouts" (
  "layout" INTEGER PRIMARY KEY,
  "kind" TEXT NOT NULL,
  "columns" TEXT NOT NULL
);

CREATE TABLE "segments" (
  "segment" INTEGER PRIMARY KEY AUTOINCREMENT,
  "layout" INTEGER NOT NULL,
  "rows" INTEGER NOT NULL,
  "first_id" INTEGER NOT NULL,
  "last_id" INTEGER NOT NULL,
  "start_ns" INTEGER NOT NULL,
  "end_ns" INTEGER NOT NULL,
  "kept" INTEGER NOT NULL,
  "bytes" INTEGER NOT NULL,
  "head" BLOB NOT NULL,
  "filter" BLOB NOT NULL,
  "data" BLOB NOT NULL
);

CREATE TABLE "damaged_segments" (
  "segment" INTEGER PRIMARY KEY,
  "found_ns" INTEGER NOT NULL,
  "why" TEXT NOT NULL,
  "found" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "found_ns" / 1000000 / 1e3, 'unixepoch')) VIRTUAL
);

CREATE TABLE "chain" (
  "link" INTEGER PRIMARY KEY,
  "kind" TEXT NOT NULL,
  "row" INTEGER NOT NULL,
  "content" TEXT,
  "digest" BLOB NOT NULL,
  "hash" BLOB NOT NULL
);

CREATE TABLE "checkpoints" (
  "checkpoint" INTEGER PRIMARY KEY,
  "link" INTEGER NOT NULL,
  "time_ns" INTEGER NOT NULL,
  "hash" BLOB NOT NULL,
  "key" BLOB NOT NULL,
  "signature" BLOB NOT NULL,
  "time" TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1000000 / 1e3, 'unixepoch')) VIRTUAL
);

CREATE INDEX "alerts_by_id" ON "alerts" ("id");

CREATE INDEX "alerts_by_time_ns" ON "alerts" ("time_ns");

CREATE INDEX "alerts_by_event_id" ON "alerts" ("event_id");

CREATE INDEX "alert_processes_by_exec_id" ON "alert_processes" ("exec_id");

CREATE INDEX "gaps_by_end_ns" ON "gaps" ("end_ns");

CREATE INDEX "alert_evidence_by_event_id" ON "alert_evidence" ("event_id");

CREATE INDEX "first_seen_by_expires_ns" ON "first_seen" ("expires_ns");

CREATE INDEX "alert_changes_by_alert" ON "alert_changes" ("alert");

CREATE INDEX "alert_prehistory_by_event_id" ON "alert_prehistory" ("event_id");

CREATE INDEX "late_events_by_id" ON "late_events" ("id");

CREATE INDEX "processes_by_parent_exec_id" ON "process_rows" ("parent_exec_id");

CREATE INDEX "processes_by_pid" ON "process_rows" ("pid");

CREATE INDEX "processes_by_end_ns" ON "process_rows" ("end_ns");

CREATE INDEX "processes_by_previous_exec_id" ON "process_rows" ("previous_exec_id") WHERE "previous_exec_id" IS NOT NULL;

CREATE INDEX "chain_by_alert" ON "chain" ("row") WHERE "kind" = 'alert';

CREATE INDEX "segments_by_time" ON "segments" ("end_ns", "start_ns", "first_id", "last_id", "layout", "rows", "kept", "bytes");

CREATE VIRTUAL TABLE "process_fork" USING vedette_events;

CREATE VIRTUAL TABLE "process_exec" USING vedette_events;

CREATE VIRTUAL TABLE "process_exit" USING vedette_events;

CREATE VIRTUAL TABLE "process_seen" USING vedette_events;

CREATE VIRTUAL TABLE "process_exec_failed" USING vedette_events;

CREATE VIRTUAL TABLE "process_credentials" USING vedette_events;

CREATE VIRTUAL TABLE "process_namespace" USING vedette_events;

CREATE VIRTUAL TABLE "process_root" USING vedette_events;

CREATE VIRTUAL TABLE "process_prctl" USING vedette_events;

CREATE VIRTUAL TABLE "file_open" USING vedette_events;

CREATE VIRTUAL TABLE "file_unlink" USING vedette_events;

CREATE VIRTUAL TABLE "file_rename" USING vedette_events;

CREATE VIRTUAL TABLE "file_link" USING vedette_events;

CREATE VIRTUAL TABLE "file_symlink" USING vedette_events;

CREATE VIRTUAL TABLE "file_mkdir" USING vedette_events;

CREATE VIRTUAL TABLE "file_mknod" USING vedette_events;

CREATE VIRTUAL TABLE "file_chmod" USING vedette_events;

CREATE VIRTUAL TABLE "file_chown" USING vedette_events;

CREATE VIRTUAL TABLE "file_xattr" USING vedette_events;

CREATE VIRTUAL TABLE "network_connect" USING vedette_events;

CREATE VIRTUAL TABLE "file_truncate" USING vedette_events;

CREATE VIRTUAL TABLE "file_mount" USING vedette_events;

CREATE VIRTUAL TABLE "file_umount" USING vedette_events;

CREATE VIRTUAL TABLE "file_receive" USING vedette_events;

CREATE VIRTUAL TABLE "file_mmap" USING vedette_events;

CREATE VIRTUAL TABLE "file_mprotect" USING vedette_events;

CREATE VIRTUAL TABLE "file_access" USING vedette_events;

CREATE VIRTUAL TABLE "process_ptrace" USING vedette_events;

CREATE VIRTUAL TABLE "process_signal" USING vedette_events;

CREATE VIRTUAL TABLE "process_coredump" USING vedette_events;

CREATE VIRTUAL TABLE "process_helper" USING vedette_events;

CREATE VIRTUAL TABLE "network_socket" USING vedette_events;

CREATE VIRTUAL TABLE "network_bind" USING vedette_events;

CREATE VIRTUAL TABLE "network_listen" USING vedette_events;

CREATE VIRTUAL TABLE "network_accept" USING vedette_events;

CREATE VIRTUAL TABLE "network_send" USING vedette_events;

CREATE VIRTUAL TABLE "network_receive" USING vedette_events;

CREATE VIRTUAL TABLE "network_dns" USING vedette_events;

CREATE VIRTUAL TABLE "network_end" USING vedette_events;

CREATE VIRTUAL TABLE "kernel_module" USING vedette_events;

CREATE VIRTUAL TABLE "kernel_load" USING vedette_events;

CREATE VIRTUAL TABLE "kernel_bpf" USING vedette_events;

CREATE VIRTUAL TABLE "kernel_perf" USING vedette_events;

CREATE VIRTUAL TABLE "kernel_io_uring" USING vedette_events;

CREATE VIRTUAL TABLE "kernel_memfd" USING vedette_events;

CREATE VIRTUAL TABLE "kernel_lockdown" USING vedette_events;

CREATE VIRTUAL TABLE "kernel_clock" USING vedette_events;

CREATE VIRTUAL TABLE "lost" USING vedette_events;

CREATE VIRTUAL TABLE "system_call" USING vedette_events;

CREATE VIRTUAL TABLE "sensor_drop" USING vedette_events;

CREATE VIRTUAL TABLE "sensor_hook" USING vedette_events;

CREATE VIRTUAL TABLE "events" USING vedette_events;

CREATE VIRTUAL TABLE "processes" USING vedette_events;

CREATE VIRTUAL TABLE "process_fork_groups" USING vedette_events;

CREATE VIRTUAL TABLE "process_exec_groups" USING vedette_events;

CREATE VIRTUAL TABLE "process_exit_groups" USING vedette_events;

CREATE VIRTUAL TABLE "process_seen_groups" USING vedette_events;

CREATE VIRTUAL TABLE "process_exec_failed_groups" USING vedette_events;

CREATE VIRTUAL TABLE "process_credentials_groups" USING vedette_events;

CREATE VIRTUAL TABLE "process_namespace_groups" USING vedette_events;

CREATE VIRTUAL TABLE "process_root_groups" USING vedette_events;

CREATE VIRTUAL TABLE "process_prctl_groups" USING vedette_events;

CREATE VIRTUAL TABLE "file_open_groups" USING vedette_events;

CREATE VIRTUAL TABLE "file_unlink_groups" USING vedette_events;

CREATE VIRTUAL TABLE "file_rename_groups" USING vedette_events;

CREATE VIRTUAL TABLE "file_link_groups" USING vedette_events;

CREATE VIRTUAL TABLE "file_symlink_groups" USING vedette_events;

CREATE VIRTUAL TABLE "file_mkdir_groups" USING vedette_events;

CREATE VIRTUAL TABLE "file_mknod_groups" USING vedette_events;

CREATE VIRTUAL TABLE "file_chmod_groups" USING vedette_events;

CREATE VIRTUAL TABLE "file_chown_groups" USING vedette_events;

CREATE VIRTUAL TABLE "file_xattr_groups" USING vedette_events;

CREATE VIRTUAL TABLE "network_connect_groups" USING vedette_events;

CREATE VIRTUAL TABLE "file_truncate_groups" USING vedette_events;

CREATE VIRTUAL TABLE "file_mount_groups" USING vedette_events;

CREATE VIRTUAL TABLE "file_umount_groups" USING vedette_events;

CREATE VIRTUAL TABLE "file_receive_groups" USING vedette_events;

CREATE VIRTUAL TABLE "file_mmap_groups" USING vedette_events;

CREATE VIRTUAL TABLE "file_mprotect_groups" USING vedette_events;

CREATE VIRTUAL TABLE "file_access_groups" USING vedette_events;

CREATE VIRTUAL TABLE "process_ptrace_groups" USING vedette_events;

CREATE VIRTUAL TABLE "process_signal_groups" USING vedette_events;

CREATE VIRTUAL TABLE "process_coredump_groups" USING vedette_events;

CREATE VIRTUAL TABLE "process_helper_groups" USING vedette_events;

CREATE VIRTUAL TABLE "network_socket_groups" USING vedette_events;

CREATE VIRTUAL TABLE "network_bind_groups" USING vedette_events;

CREATE VIRTUAL TABLE "network_listen_groups" USING vedette_events;

CREATE VIRTUAL TABLE "network_accept_groups" USING vedette_events;

CREATE VIRTUAL TABLE "network_send_groups" USING vedette_events;

CREATE VIRTUAL TABLE "network_receive_groups" USING vedette_events;

CREATE VIRTUAL TABLE "network_dns_groups" USING vedette_events;

CREATE VIRTUAL TABLE "network_end_groups" USING vedette_events;

CREATE VIRTUAL TABLE "kernel_module_groups" USING vedette_events;

CREATE VIRTUAL TABLE "kernel_load_groups" USING vedette_events;

CREATE VIRTUAL TABLE "kernel_bpf_groups" USING vedette_events;

CREATE VIRTUAL TABLE "kernel_perf_groups" USING vedette_events;

CREATE VIRTUAL TABLE "kernel_io_uring_groups" USING vedette_events;

CREATE VIRTUAL TABLE "kernel_memfd_groups" USING vedette_events;

CREATE VIRTUAL TABLE "kernel_lockdown_groups" USING vedette_events;

CREATE VIRTUAL TABLE "kernel_clock_groups" USING vedette_events;

CREATE VIRTUAL TABLE "lost_groups" USING vedette_events;

CREATE VIRTUAL TABLE "system_call_groups" USING vedette_events;

CREATE VIRTUAL TABLE "sensor_drop_groups" USING vedette_events;

CREATE VIRTUAL TABLE "sensor_hook_groups" USING vedette_events;

CREATE VIRTUAL TABLE "events_groups" USING vedette_events;

CREATE VIRTUAL TABLE "processes_groups" USING vedette_events;

CREATE VIEW alert_states AS
SELECT a.alert, a.id,
  CASE s.action WHEN 'ack' THEN 'acknowledged' WHEN 'close' THEN 'closed' ELSE 'open' END AS state,
  (SELECT value FROM alert_changes WHERE alert = a.alert AND action = 'assign'
   ORDER BY change DESC LIMIT 1) AS assignee,
  CASE s.action WHEN 'close' THEN s.value END AS closed_as,
  (SELECT max(time_ns) FROM alert_changes WHERE alert = a.alert) AS changed_ns
FROM alerts AS a LEFT JOIN alert_changes AS s ON s.change = (
  SELECT change FROM alert_changes WHERE alert = a.alert AND action IN ('ack', 'close', 'reopen')
  ORDER BY change DESC LIMIT 1);

-- process_fork:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   child_exec_id INTEGER
--   child_start_ns INTEGER
--   child_parent_exec_id INTEGER
--   child_pid INTEGER
--   child_vpid INTEGER

-- process_exec:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   parent_exec_id INTEGER
--   previous_exec_id INTEGER
--   start_ns INTEGER
--   cap_effective INTEGER
--   cap_permitted INTEGER
--   cap_inheritable INTEGER
--   exe_ino INTEGER
--   exe_ctime_ns INTEGER
--   exe_mtime_ns INTEGER
--   stdin_ino INTEGER
--   stdout_ino INTEGER
--   stderr_ino INTEGER
--   parent_pid INTEGER
--   real_uid INTEGER
--   saved_uid INTEGER
--   real_gid INTEGER
--   saved_gid INTEGER
--   login_uid INTEGER
--   login_session INTEGER
--   tty INTEGER
--   sid INTEGER
--   pgid INTEGER
--   vpid INTEGER
--   exe_dev INTEGER
--   exe_generation INTEGER
--   exe_links INTEGER
--   exe_mode INTEGER
--   exe_owner INTEGER
--   exe_fs_magic INTEGER
--   mnt_ns INTEGER
--   pid_ns INTEGER
--   net_ns INTEGER
--   user_ns INTEGER
--   uts_ns INTEGER
--   ipc_ns INTEGER
--   cgroup_ns INTEGER
--   stdin_dev INTEGER
--   stdin_mode INTEGER
--   stdin_rdev INTEGER
--   stdout_dev INTEGER
--   stdout_mode INTEGER
--   stdout_rdev INTEGER
--   stderr_dev INTEGER
--   stderr_mode INTEGER
--   stderr_rdev INTEGER
--   stdin_family INTEGER
--   stdout_family INTEGER
--   stderr_family INTEGER
--   exe_from_memfd INTEGER
--   exe_deleted INTEGER
--   exe_upper_layer INTEGER
--   exe_writable INTEGER
--   secure_exec INTEGER
--   kernel_thread INTEGER
--   from_fork INTEGER
--   exe_script INTEGER
--   exe_loader INTEGER
--   exe_digest_algorithm INTEGER
--   exe_path TEXT
--   exe_requested TEXT
--   args TEXT
--   args_split TEXT
--   env TEXT
--   env_split TEXT
--   cwd TEXT
--   cgroup TEXT
--   exe_digest TEXT

-- process_exit:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   start_ns INTEGER
--   status INTEGER
--   signal INTEGER
--   core_dumped INTEGER

-- process_seen:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   parent_exec_id INTEGER
--   previous_exec_id INTEGER
--   start_ns INTEGER
--   cap_effective INTEGER
--   cap_permitted INTEGER
--   cap_inheritable INTEGER
--   exe_ino INTEGER
--   exe_ctime_ns INTEGER
--   exe_mtime_ns INTEGER
--   stdin_ino INTEGER
--   stdout_ino INTEGER
--   stderr_ino INTEGER
--   parent_pid INTEGER
--   real_uid INTEGER
--   saved_uid INTEGER
--   real_gid INTEGER
--   saved_gid INTEGER
--   login_uid INTEGER
--   login_session INTEGER
--   tty INTEGER
--   sid INTEGER
--   pgid INTEGER
--   vpid INTEGER
--   exe_dev INTEGER
--   exe_generation INTEGER
--   exe_links INTEGER
--   exe_mode INTEGER
--   exe_owner INTEGER
--   exe_fs_magic INTEGER
--   mnt_ns INTEGER
--   pid_ns INTEGER
--   net_ns INTEGER
--   user_ns INTEGER
--   uts_ns INTEGER
--   ipc_ns INTEGER
--   cgroup_ns INTEGER
--   stdin_dev INTEGER
--   stdin_mode INTEGER
--   stdin_rdev INTEGER
--   stdout_dev INTEGER
--   stdout_mode INTEGER
--   stdout_rdev INTEGER
--   stderr_dev INTEGER
--   stderr_mode INTEGER
--   stderr_rdev INTEGER
--   stdin_family INTEGER
--   stdout_family INTEGER
--   stderr_family INTEGER
--   exe_from_memfd INTEGER
--   exe_deleted INTEGER
--   exe_upper_layer INTEGER
--   exe_writable INTEGER
--   secure_exec INTEGER
--   kernel_thread INTEGER
--   from_fork INTEGER
--   exe_script INTEGER
--   exe_loader INTEGER
--   exe_digest_algorithm INTEGER
--   exe_path TEXT
--   exe_requested TEXT
--   args TEXT
--   args_split TEXT
--   env TEXT
--   env_split TEXT
--   cwd TEXT
--   cgroup TEXT
--   exe_digest TEXT

-- process_exec_failed:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   result INTEGER
--   name TEXT
--   path TEXT

-- process_credentials:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   old_cap_effective INTEGER
--   old_cap_permitted INTEGER
--   old_cap_inheritable INTEGER
--   new_cap_effective INTEGER
--   new_cap_permitted INTEGER
--   new_cap_inheritable INTEGER
--   old_uid INTEGER
--   old_euid INTEGER
--   old_suid INTEGER
--   old_fsuid INTEGER
--   old_gid INTEGER
--   old_egid INTEGER
--   old_sgid INTEGER
--   old_fsgid INTEGER
--   new_uid INTEGER
--   new_euid INTEGER
--   new_suid INTEGER
--   new_fsuid INTEGER
--   new_gid INTEGER
--   new_egid INTEGER
--   new_sgid INTEGER
--   new_fsgid INTEGER
--   old_user_ns INTEGER
--   new_user_ns INTEGER

-- process_namespace:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   ns_flags INTEGER
--   result INTEGER
--   new_mnt_ns INTEGER
--   new_pid_ns INTEGER
--   new_net_ns INTEGER
--   new_user_ns INTEGER
--   new_uts_ns INTEGER
--   new_ipc_ns INTEGER
--   new_cgroup_ns INTEGER

-- process_root:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   ino INTEGER
--   dev INTEGER
--   generation INTEGER
--   mode INTEGER
--   links INTEGER
--   owner INTEGER
--   fs_magic INTEGER
--   result INTEGER
--   pivot INTEGER
--   path TEXT
--   old_root TEXT

-- process_prctl:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   arg2 INTEGER
--   arg3 INTEGER
--   option INTEGER
--   result INTEGER
--   new_name TEXT

-- file_open:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   ino INTEGER
--   result INTEGER
--   flags INTEGER
--   create_mode INTEGER
--   dev INTEGER
--   generation INTEGER
--   mode INTEGER
--   links INTEGER
--   owner INTEGER
--   fs_magic INTEGER
--   created INTEGER
--   path TEXT
--   name TEXT

-- file_unlink:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   ino INTEGER
--   dev INTEGER
--   generation INTEGER
--   mode INTEGER
--   links INTEGER
--   owner INTEGER
--   fs_magic INTEGER
--   result INTEGER
--   path TEXT

-- file_rename:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   replaced_ino INTEGER
--   ino INTEGER
--   dev INTEGER
--   generation INTEGER
--   mode INTEGER
--   links INTEGER
--   owner INTEGER
--   fs_magic INTEGER
--   result INTEGER
--   rename_flags INTEGER
--   path TEXT
--   new_path TEXT

-- file_link:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   ino INTEGER
--   dev INTEGER
--   generation INTEGER
--   mode INTEGER
--   links INTEGER
--   owner INTEGER
--   fs_magic INTEGER
--   result INTEGER
--   path TEXT
--   new_path TEXT

-- file_symlink:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   result INTEGER
--   new_path TEXT
--   target TEXT

-- file_mkdir:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   result INTEGER
--   new_mode INTEGER
--   path TEXT

-- file_mknod:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   result INTEGER
--   new_mode INTEGER
--   new_dev INTEGER
--   path TEXT

-- file_chmod:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   ino INTEGER
--   dev INTEGER
--   generation INTEGER
--   mode INTEGER
--   links INTEGER
--   owner INTEGER
--   fs_magic INTEGER
--   result INTEGER
--   new_mode INTEGER
--   path TEXT

-- file_chown:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   ino INTEGER
--   dev INTEGER
--   generation INTEGER
--   mode INTEGER
--   links INTEGER
--   owner INTEGER
--   fs_magic INTEGER
--   result INTEGER
--   new_uid INTEGER
--   new_gid INTEGER
--   path TEXT

-- file_xattr:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   ino INTEGER
--   dev INTEGER
--   generation INTEGER
--   mode INTEGER
--   links INTEGER
--   owner INTEGER
--   fs_magic INTEGER
--   result INTEGER
--   removed INTEGER
--   value_size INTEGER
--   path TEXT
--   xattr_name TEXT

-- network_connect:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   socket_ino INTEGER
--   peer_exec_id INTEGER
--   remote_address TEXT
--   local_address TEXT
--   result INTEGER
--   net_ns INTEGER
--   peer_pid INTEGER
--   peer_uid INTEGER
--   remote_cid INTEGER
--   local_cid INTEGER
--   remote_vsock_port INTEGER
--   local_vsock_port INTEGER
--   family INTEGER
--   socket_type INTEGER
--   protocol INTEGER
--   remote_port INTEGER
--   local_port INTEGER
--   side INTEGER
--   unix_path TEXT

-- file_truncate:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   ino INTEGER
--   dev INTEGER
--   generation INTEGER
--   mode INTEGER
--   links INTEGER
--   owner INTEGER
--   fs_magic INTEGER
--   result INTEGER
--   path TEXT

-- file_mount:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   mount_flags INTEGER
--   result INTEGER
--   moved INTEGER
--   path TEXT
--   source TEXT
--   fs_type TEXT

-- file_umount:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   result INTEGER
--   umount_flags INTEGER
--   fs_magic INTEGER
--   path TEXT

-- file_receive:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   ino INTEGER
--   dev INTEGER
--   generation INTEGER
--   mode INTEGER
--   links INTEGER
--   owner INTEGER
--   fs_magic INTEGER
--   result INTEGER
--   path TEXT

-- file_mmap:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   ino INTEGER
--   dev INTEGER
--   generation INTEGER
--   mode INTEGER
--   links INTEGER
--   owner INTEGER
--   fs_magic INTEGER
--   result INTEGER
--   prot INTEGER
--   map_flags INTEGER
--   path TEXT

-- file_mprotect:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   address INTEGER
--   length INTEGER
--   ino INTEGER
--   dev INTEGER
--   generation INTEGER
--   mode INTEGER
--   links INTEGER
--   owner INTEGER
--   fs_magic INTEGER
--   result INTEGER
--   prot INTEGER
--   old_prot INTEGER
--   path TEXT

-- file_access:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   ino INTEGER
--   dev INTEGER
--   generation INTEGER
--   mode INTEGER
--   links INTEGER
--   owner INTEGER
--   fs_magic INTEGER
--   result INTEGER
--   access INTEGER
--   path TEXT

-- process_ptrace:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   target_exec_id INTEGER
--   target_pid INTEGER
--   access_mode INTEGER
--   result INTEGER
--   traceme INTEGER

-- process_signal:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   target_exec_id INTEGER
--   target_pid INTEGER
--   signal INTEGER
--   result INTEGER

-- process_coredump:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   signal INTEGER

-- process_helper:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   path TEXT
--   helper_args TEXT
--   helper_args_split TEXT

-- network_socket:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   socket_ino INTEGER
--   peer_exec_id INTEGER
--   remote_address TEXT
--   local_address TEXT
--   result INTEGER
--   net_ns INTEGER
--   peer_pid INTEGER
--   peer_uid INTEGER
--   remote_cid INTEGER
--   local_cid INTEGER
--   remote_vsock_port INTEGER
--   local_vsock_port INTEGER
--   family INTEGER
--   socket_type INTEGER
--   protocol INTEGER
--   remote_port INTEGER
--   local_port INTEGER
--   side INTEGER
--   unix_path TEXT

-- network_bind:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   socket_ino INTEGER
--   peer_exec_id INTEGER
--   remote_address TEXT
--   local_address TEXT
--   result INTEGER
--   net_ns INTEGER
--   peer_pid INTEGER
--   peer_uid INTEGER
--   remote_cid INTEGER
--   local_cid INTEGER
--   remote_vsock_port INTEGER
--   local_vsock_port INTEGER
--   family INTEGER
--   socket_type INTEGER
--   protocol INTEGER
--   remote_port INTEGER
--   local_port INTEGER
--   side INTEGER
--   unix_path TEXT

-- network_listen:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   backlog INTEGER
--   socket_ino INTEGER
--   peer_exec_id INTEGER
--   remote_address TEXT
--   local_address TEXT
--   result INTEGER
--   net_ns INTEGER
--   peer_pid INTEGER
--   peer_uid INTEGER
--   remote_cid INTEGER
--   local_cid INTEGER
--   remote_vsock_port INTEGER
--   local_vsock_port INTEGER
--   family INTEGER
--   socket_type INTEGER
--   protocol INTEGER
--   remote_port INTEGER
--   local_port INTEGER
--   side INTEGER
--   unix_path TEXT

-- network_accept:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   socket_ino INTEGER
--   peer_exec_id INTEGER
--   remote_address TEXT
--   local_address TEXT
--   result INTEGER
--   net_ns INTEGER
--   peer_pid INTEGER
--   peer_uid INTEGER
--   remote_cid INTEGER
--   local_cid INTEGER
--   remote_vsock_port INTEGER
--   local_vsock_port INTEGER
--   family INTEGER
--   socket_type INTEGER
--   protocol INTEGER
--   remote_port INTEGER
--   local_port INTEGER
--   side INTEGER
--   unix_path TEXT

-- network_send:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   bytes INTEGER
--   socket_ino INTEGER
--   peer_exec_id INTEGER
--   remote_address TEXT
--   local_address TEXT
--   result INTEGER
--   net_ns INTEGER
--   peer_pid INTEGER
--   peer_uid INTEGER
--   remote_cid INTEGER
--   local_cid INTEGER
--   remote_vsock_port INTEGER
--   local_vsock_port INTEGER
--   family INTEGER
--   socket_type INTEGER
--   protocol INTEGER
--   remote_port INTEGER
--   local_port INTEGER
--   side INTEGER
--   unix_path TEXT

-- network_receive:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   bytes INTEGER
--   socket_ino INTEGER
--   peer_exec_id INTEGER
--   remote_address TEXT
--   local_address TEXT
--   result INTEGER
--   net_ns INTEGER
--   peer_pid INTEGER
--   peer_uid INTEGER
--   remote_cid INTEGER
--   local_cid INTEGER
--   remote_vsock_port INTEGER
--   local_vsock_port INTEGER
--   family INTEGER
--   socket_type INTEGER
--   protocol INTEGER
--   remote_port INTEGER
--   local_port INTEGER
--   side INTEGER
--   unix_path TEXT

-- network_dns:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   socket_ino INTEGER
--   peer_exec_id INTEGER
--   remote_address TEXT
--   local_address TEXT
--   result INTEGER
--   net_ns INTEGER
--   peer_pid INTEGER
--   peer_uid INTEGER
--   remote_cid INTEGER
--   local_cid INTEGER
--   remote_vsock_port INTEGER
--   local_vsock_port INTEGER
--   family INTEGER
--   socket_type INTEGER
--   protocol INTEGER
--   remote_port INTEGER
--   local_port INTEGER
--   side INTEGER
--   unix_path TEXT
--   answer INTEGER
--   payload TEXT

-- network_end:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   bytes_sent INTEGER
--   bytes_received INTEGER
--   duration_ns INTEGER
--   socket_ino INTEGER
--   peer_exec_id INTEGER
--   remote_address TEXT
--   local_address TEXT
--   result INTEGER
--   net_ns INTEGER
--   peer_pid INTEGER
--   peer_uid INTEGER
--   remote_cid INTEGER
--   local_cid INTEGER
--   remote_vsock_port INTEGER
--   local_vsock_port INTEGER
--   family INTEGER
--   socket_type INTEGER
--   protocol INTEGER
--   remote_port INTEGER
--   local_port INTEGER
--   side INTEGER
--   unix_path TEXT

-- kernel_module:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   result INTEGER
--   unload INTEGER
--   taints INTEGER
--   module_name TEXT

-- kernel_load:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   ino INTEGER
--   dev INTEGER
--   generation INTEGER
--   mode INTEGER
--   links INTEGER
--   owner INTEGER
--   fs_magic INTEGER
--   result INTEGER
--   load_id INTEGER
--   from_memory INTEGER
--   path TEXT

-- kernel_bpf:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   command INTEGER
--   result INTEGER
--   object_type INTEGER
--   attach_type INTEGER
--   object_name TEXT

-- kernel_perf:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   perf_config INTEGER
--   perf_type INTEGER
--   result INTEGER

-- kernel_io_uring:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   setup_flags INTEGER
--   result INTEGER
--   sq_entries INTEGER
--   cq_entries INTEGER

-- kernel_memfd:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   result INTEGER
--   memfd_flags INTEGER
--   memfd_name TEXT
--   secret INTEGER

-- kernel_lockdown:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   reason INTEGER
--   result INTEGER

-- kernel_clock:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   seconds INTEGER
--   result INTEGER

-- lost:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   from_ns INTEGER
--   to_ns INTEGER
--   count INTEGER
--   lost_kind INTEGER
--   lost_lane INTEGER
--   stage INTEGER
--   lost_cpu INTEGER

-- system_call:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   arg0 INTEGER
--   arg1 INTEGER
--   arg2 INTEGER
--   arg3 INTEGER
--   arg4 INTEGER
--   arg5 INTEGER
--   returned INTEGER
--   result INTEGER

-- sensor_drop:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   count INTEGER
--   total INTEGER
--   duration_ns INTEGER
--   drop_kind TEXT
--   drop_lane TEXT
--   drop_stage TEXT

-- sensor_hook:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   record_flags INTEGER
--   truncated TEXT
--   lane INTEGER
--   boot_time_ns INTEGER
--   sequence INTEGER
--   exec_id INTEGER
--   cgroup_id INTEGER
--   pid INTEGER
--   tid INTEGER
--   uid INTEGER
--   gid INTEGER
--   cpu INTEGER
--   repeats INTEGER
--   syscall INTEGER
--   rules_generation INTEGER
--   comm TEXT
--   silent_ns INTEGER
--   hook_cpu INTEGER
--   hook_state TEXT
--   hook_section TEXT
--   hook_kind TEXT

-- events:
--   id INTEGER
--   time TEXT
--   time_ns INTEGER
--   kind TEXT
--   exec_id INTEGER
--   pid INTEGER
--   name TEXT
--   uid INTEGER
--   object TEXT
--   result INTEGER

-- processes:
--   exec_id INTEGER
--   parent_exec_id INTEGER
--   previous_exec_id INTEGER
--   next_exec_id INTEGER
--   run INTEGER
--   pid INTEGER
--   ppid INTEGER
--   uid INTEGER
--   login_uid INTEGER
--   name TEXT
--   exe_path TEXT
--   args TEXT
--   cwd TEXT
--   cgroup_id INTEGER
--   cgroup TEXT
--   from_fork INTEGER
--   start_ns INTEGER
--   exec_ns INTEGER
--   end_ns INTEGER
--   exit_status INTEGER
--   exit_signal INTEGER
--   start TEXT
--   exec TEXT
--   end TEXT
--   exe_sha256 TEXT
--   exe_sha256_state TEXT
--   requested_by_exec_id INTEGER
--   requested_via TEXT
--   requested_candidates INTEGER
--   parent_name TEXT

-- events_groups:
--   kind TEXT
--   exec_id INTEGER
--   pid INTEGER
--   name TEXT
--   uid INTEGER
--   object TEXT
--   result INTEGER
--   exe_path TEXT
--   events INTEGER
--   first_ns INTEGER
--   last_ns INTEGER
--   since_ns INTEGER HIDDEN
--   until_ns INTEGER HIDDEN
