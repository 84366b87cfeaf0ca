-- SPDX-License-Identifier: Apache-2.0
--
-- Where the sink `clickhouse` writes, and what `--fleet` asks. An alert or event that is sent twice
-- is one row after merging: ask with FINAL, or count(DISTINCT id). Works from ClickHouse 18.16 on.
--
-- A column of an event has the name and meaning that it has in a host's store
-- (docs/store-format.md), but that what is NULL there is 0 or empty here, and identities (*exec_id)
-- are 16 hexadecimal digits. `more` has those that have no column here, as JSON, so that rules can
-- be matched against the event again (`vedette hunt --fleet`). A further column of that page that
-- you add (ALTER TABLE vedette.events ADD COLUMN ino UInt64) is filled from then on. Tables of
-- before want: ALTER TABLE vedette.events ADD COLUMN more String.
CREATE DATABASE IF NOT EXISTS vedette;

CREATE TABLE IF NOT EXISTS vedette.alerts (
  id            String,
  time          DateTime('UTC'),
  time_ns       Int64,
  hostname      String,
  rule          String,
  priority      String,
  severity      UInt8,
  message       String,
  object        String,
  event_kind    String,
  event_type    String,
  exec_id       String,
  pid           Int64,
  process       String,
  exe_path      String,
  command_line  String,
  user          String,
  container_id  String,
  tags          Array(String),
  attack        Array(String),
  alert         String
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (hostname, time_ns, id);

CREATE TABLE IF NOT EXISTS vedette.events (
  id                    String,
  hostname              String,
  kind                  String,
  time                  DateTime('UTC'),
  time_ns               Int64,
  event_id              Int64,
  exec_id               String,
  pid                   Int64,
  comm                  String,
  uid                   Int64,
  object                String,
  result                Int64,
  repeats               UInt64,
  record_flags          UInt64,
  parent_exec_id        String,
  previous_exec_id      String,
  parent_pid            Int64,
  parent_name           String,
  process_start_ns      Int64,
  login_uid             Int64,
  exe_path              String,
  args                  String,
  cwd                   String,
  cgroup                String,
  child_exec_id         String,
  child_parent_exec_id  String,
  child_pid             Int64,
  status                Int64,
  signal                Int64,
  target_exec_id        String,
  target_pid            Int64,
  old_uid               Int64,
  old_euid              Int64,
  new_uid               Int64,
  new_euid              Int64,
  path                  String,
  new_path              String,
  old_root              String,
  unix_path             String,
  name                  String,
  exe_requested         String,
  local_address         String,
  local_port            UInt16,
  remote_address        String,
  remote_port           UInt16,
  bytes_sent            UInt64,
  bytes_received        UInt64,
  dns_name              String,
  module_name           String,
  object_name           String,
  gap_stage             String,
  gap_kind              String,
  gap_count             UInt64,
  gap_end_ns            Int64,
  more                  String
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (hostname, kind, time_ns, id);

-- A program that ran in a process, as `processes` of a host's store: out of the events that begin
-- and end them. It is worked out for each question, so name a host or a time where you can.
CREATE VIEW IF NOT EXISTS vedette.processes AS
SELECT hostname, exec_id,
  argMax(parent_exec_id, begins) AS parent_exec_id,
  argMax(previous_exec_id, begins) AS previous_exec_id,
  argMax(next_exec_id, ends) AS next_exec_id,
  argMax(pid, begins) AS pid, argMax(ppid, begins) AS ppid,
  argMax(uid, begins) AS uid, argMax(login_uid, begins) AS login_uid,
  argMax(name, begins) AS name, argMax(parent_name, begins) AS parent_name,
  argMax(exe_path, begins) AS exe_path, argMax(args, begins) AS args, argMax(cwd, begins) AS cwd,
  max(start_ns) AS start_ns, max(exec_ns) AS exec_ns, max(end_ns) AS end_ns,
  argMax(exit_status, exits) AS exit_status, argMax(exit_signal, exits) AS exit_signal,
  max(exits) AS exited
FROM (
  SELECT hostname, exec_id, parent_exec_id, previous_exec_id, '' AS next_exec_id,
    pid, parent_pid AS ppid, uid, login_uid, comm AS name, parent_name, exe_path, args, cwd,
    process_start_ns AS start_ns, kind = 'process_exec' ? time_ns : 0 AS exec_ns,
    toInt64(0) AS end_ns, toInt64(0) AS exit_status, toInt64(0) AS exit_signal,
    2 AS begins, 0 AS ends, 0 AS exits
  FROM vedette.events WHERE kind IN ('process_exec', 'process_seen')
  UNION ALL
  SELECT hostname, child_exec_id AS exec_id, child_parent_exec_id AS parent_exec_id,
    '' AS previous_exec_id, '' AS next_exec_id, child_pid AS pid, parent_pid AS ppid, uid,
    login_uid, comm AS name, parent_name, exe_path, args, cwd,
    process_start_ns AS start_ns, toInt64(0) AS exec_ns,
    toInt64(0) AS end_ns, toInt64(0) AS exit_status, toInt64(0) AS exit_signal,
    2 AS begins, 0 AS ends, 0 AS exits
  FROM vedette.events WHERE kind = 'process_fork'
  UNION ALL
  SELECT hostname, ended AS exec_id, '' AS parent_exec_id, '' AS previous_exec_id,
    next AS next_exec_id, toInt64(0) AS pid, toInt64(0) AS ppid, toInt64(0) AS uid,
    toInt64(0) AS login_uid, '' AS name, '' AS parent_name, '' AS exe_path, '' AS args, '' AS cwd,
    toInt64(0) AS start_ns, toInt64(0) AS exec_ns,
    at AS end_ns, toInt64(0) AS exit_status, toInt64(0) AS exit_signal,
    0 AS begins, 1 AS ends, 0 AS exits
  FROM (
    SELECT hostname, previous_exec_id AS ended, exec_id AS next, time_ns AS at
    FROM vedette.events WHERE kind = 'process_exec' AND previous_exec_id != ''
  )
  UNION ALL
  SELECT hostname, exec_id, '' AS parent_exec_id, '' AS previous_exec_id, '' AS next_exec_id,
    pid, toInt64(0) AS ppid, uid, toInt64(-1) AS login_uid, comm AS name, '' AS parent_name,
    '' AS exe_path, '' AS args, '' AS cwd, process_start_ns AS start_ns, toInt64(0) AS exec_ns,
    time_ns AS end_ns, status AS exit_status, signal AS exit_signal,
    1 AS begins, 0 AS ends, 1 AS exits
  FROM vedette.events WHERE kind = 'process_exit'
) GROUP BY hostname, exec_id;

-- When something was lost, on which host: `gaps` of a host's store, and with the stage
-- `not_delivered` what its retention took before it could be sent.
CREATE VIEW IF NOT EXISTS vedette.gaps AS
SELECT hostname, start_ns, end_ns, lost AS kind, stage, count
FROM (
  SELECT hostname, time_ns AS start_ns, gap_end_ns AS end_ns, gap_kind AS lost, gap_stage AS stage,
    gap_count AS count
  FROM vedette.events FINAL WHERE kind = 'gap'
);
