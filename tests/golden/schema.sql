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
  "repeats_of" TEXT
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

CREATE INDEX "file_open_rows_by_time_ns" ON "file_open_rows" ("time_ns");

CREATE INDEX "file_open_rows_by_exec_id" ON "file_open_rows" ("exec_id");

CREATE INDEX "network_connect_rows_by_time_ns" ON "network_connect_rows" ("time_ns");

CREATE INDEX "network_connect_rows_by_exec_id" ON "network_connect_rows" ("exec_id");

CREATE INDEX "lost_rows_by_time_ns" ON "lost_rows" ("time_ns");

CREATE INDEX "lost_rows_by_exec_id" ON "lost_rows" ("exec_id");

CREATE VIEW "process_fork" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "child_exec_id", "child_start_ns", "child_parent_exec_id", "child_pid", "child_vpid" FROM "process_fork_rows";

CREATE VIEW "process_exec" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "parent_exec_id", "previous_exec_id", "start_ns", "cap_effective", "cap_permitted", "cap_inheritable", "exe_ino", "exe_ctime_ns", "exe_mtime_ns", "parent_pid", "real_uid", "saved_uid", "real_gid", "saved_gid", "login_uid", "login_session", "tty", "sid", "pgid", "vpid", "exe_dev", "exe_generation", "exe_links", "exe_mode", "exe_owner", "exe_fs_magic", "mnt_ns", "pid_ns", "net_ns", "user_ns", "uts_ns", "ipc_ns", "cgroup_ns", "exe_from_memfd", "exe_deleted", "exe_upper_layer", "exe_writable", "secure_exec", "kernel_thread", "from_fork", "exe_path", "exe_requested", "args", "env", "cwd", "cgroup" FROM "process_exec_rows";

CREATE VIEW "process_exit" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "start_ns", "status", "signal", "core_dumped" FROM "process_exit_rows";

CREATE VIEW "process_seen" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "parent_exec_id", "previous_exec_id", "start_ns", "cap_effective", "cap_permitted", "cap_inheritable", "exe_ino", "exe_ctime_ns", "exe_mtime_ns", "parent_pid", "real_uid", "saved_uid", "real_gid", "saved_gid", "login_uid", "login_session", "tty", "sid", "pgid", "vpid", "exe_dev", "exe_generation", "exe_links", "exe_mode", "exe_owner", "exe_fs_magic", "mnt_ns", "pid_ns", "net_ns", "user_ns", "uts_ns", "ipc_ns", "cgroup_ns", "exe_from_memfd", "exe_deleted", "exe_upper_layer", "exe_writable", "secure_exec", "kernel_thread", "from_fork", "exe_path", "exe_requested", "args", "env", "cwd", "cgroup" FROM "process_seen_rows";

CREATE VIEW "file_open" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "ino", "result", "flags", "create_mode", "dev", "generation", "mode", "links", "owner", "fs_magic", "created", "path", "name" FROM "file_open_rows";

CREATE VIEW "network_connect" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "socket_ino", "remote_address", "local_address", "result", "net_ns", "family", "socket_type", "protocol", "remote_port", "local_port", "unix_path" FROM "network_connect_rows";

CREATE VIEW "lost" AS SELECT "id", strftime('%Y-%m-%dT%H:%M:%fZ', "time_ns" / 1e9, 'unixepoch') AS "time", "time_ns", "record_flags", "truncated", "boot_time_ns", "sequence", "exec_id", "cgroup_id", "pid", "tid", "uid", "gid", "cpu", "repeats", "syscall", "rules_generation", "comm", "from_ns", "to_ns", "count", "lost_kind", "lost_lane", "stage", "lost_cpu" FROM "lost_rows";

CREATE VIEW "events" AS
SELECT "id", "time", "time_ns", 'process_fork' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", NULL AS "object", NULL AS "result" FROM "process_fork"
UNION ALL
SELECT "id", "time", "time_ns", 'process_exec' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("exe_path", "exe_requested", "cwd", "cgroup") AS "object", NULL AS "result" FROM "process_exec"
UNION ALL
SELECT "id", "time", "time_ns", 'process_exit' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", NULL AS "object", NULL AS "result" FROM "process_exit"
UNION ALL
SELECT "id", "time", "time_ns", 'process_seen' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("exe_path", "exe_requested", "cwd", "cgroup") AS "object", NULL AS "result" FROM "process_seen"
UNION ALL
SELECT "id", "time", "time_ns", 'file_open' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("path", "name") AS "object", "result" AS "result" FROM "file_open"
UNION ALL
SELECT "id", "time", "time_ns", 'network_connect' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", coalesce("unix_path", CASE WHEN instr("remote_address", ':') THEN '[' || "remote_address" || ']:' || "remote_port" ELSE "remote_address" || ':' || "remote_port" END) AS "object", "result" AS "result" FROM "network_connect"
UNION ALL
SELECT "id", "time", "time_ns", 'lost' AS "kind", "exec_id", "pid", "comm" AS "name", "uid", NULL AS "object", NULL AS "result" FROM "lost";
