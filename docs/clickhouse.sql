-- SPDX-License-Identifier: Apache-2.0
--
-- Where the sink `clickhouse` writes. An alert that is sent twice is one row after merging: ask
-- with FINAL, or count(DISTINCT id).
CREATE DATABASE IF NOT EXISTS vedette;

CREATE TABLE IF NOT EXISTS vedette.alerts (
  id            String,
  time          DateTime64(9, 'UTC') CODEC(Delta, ZSTD),
  hostname      LowCardinality(String),
  rule          LowCardinality(String),
  priority      LowCardinality(String),
  severity      UInt8,
  message       String CODEC(ZSTD),
  object        String CODEC(ZSTD),
  event_kind    LowCardinality(String),
  event_type    LowCardinality(String),
  exec_id       FixedString(16),
  pid           Int64,
  process       LowCardinality(String),
  exe_path      String CODEC(ZSTD),
  command_line  String CODEC(ZSTD),
  user          LowCardinality(String),
  container_id  String,
  tags          Array(LowCardinality(String)),
  attack        Array(LowCardinality(String)),
  alert         String CODEC(ZSTD)
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (hostname, time, id);
