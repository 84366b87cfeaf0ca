#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""From NATS JetStream or Kafka into ClickHouse: what hosts send with `format: clickhouse`.

    relay.py nats://127.0.0.1:4222 http://127.0.0.1:8123
    relay.py kafka://k1:9092,k2:9092 http://127.0.0.1:8123

A message is a row of docs/clickhouse.sql: rows are collected, inserted, and only then acknowledged.
What a row says is ClickHouse's to judge, but each message must be one JSON object by itself: a
value that begins in one message and ends in another would take the rows between with it. What
ClickHouse does not take now waits in the broker; what comes twice is one row after merging; a
message that is no row, or that ClickHouse refuses, goes into a file (--rejected). Run several side
by side if one is not enough: they share the work.

NATS needs nothing beside Python, Kafka Debian's python3-confluent-kafka. From the environment:
CLICKHOUSE_USER, CLICKHOUSE_PASSWORD, NATS_USER, NATS_PASSWORD, NATS_TOKEN.
"""

import argparse
import http.client
import json
import os
import re
import ssl
import sys
import threading
import time
import urllib.parse

import nats_pull

ROWS_MAX = 5000
PAUSE_MAX_SECONDS = 10
TABLES = ('alerts', 'events')
# The row is at fault, says ClickHouse, whatever the status: it cannot be parsed, or not as its
# column's type.
ROW_CODES = {6, 25, 26, 27, 32, 33, 38, 41, 53, 69, 72, 117, 130, 131}


class Refused(Exception):
    """ClickHouse does not take these rows, now or later."""


class Unavailable(Exception):
    """Try again."""


def say(text):
    print('relay: ' + ''.join(c if c.isprintable() else '?' for c in text), file=sys.stderr,
          flush=True)


def wait(seconds):
    time.sleep(seconds)
    return min(2 * seconds, PAUSE_MAX_SECONDS)


def members(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError('a name comes twice')
    return found


def no_constant(name):
    raise ValueError(f'{name} is no JSON')


def why_no_row(message):
    """None if the message is one JSON object on one line, or else what is wrong with it."""
    if b'\n' in message or b'\r' in message:
        return 'a line end in it'
    try:
        # Numbers are left as text: of a million digits one would cost minutes.
        value = json.loads(message.decode(), object_pairs_hook=members, parse_int=str,
                           parse_float=str, parse_constant=no_constant)
    except ValueError as error:
        return str(error)
    except RecursionError:
        return 'too deep'
    return None if isinstance(value, dict) else 'not an object'


class ClickHouse:
    """One thread's way to one table."""

    def __init__(self, options, table):
        url = urllib.parse.urlsplit(options.to)
        self.name = f'{options.database}.{table}'
        self.host, self.port = url.hostname, url.port
        self.tls = ssl.create_default_context(cafile=options.ca) if url.scheme == 'https' else None
        query = f'INSERT INTO {self.name} FORMAT JSONEachRow'
        self.path = '/?input_format_skip_unknown_fields=1&query=' + urllib.parse.quote(query)
        self.headers = {}
        if 'CLICKHOUSE_USER' in os.environ:
            self.headers['X-ClickHouse-User'] = os.environ['CLICKHOUSE_USER']
        if 'CLICKHOUSE_PASSWORD' in os.environ:
            self.headers['X-ClickHouse-Key'] = os.environ['CLICKHOUSE_PASSWORD']
        self.connection = None

    def post(self, rows):
        if self.connection is None:
            kind = http.client.HTTPSConnection if self.tls else http.client.HTTPConnection
            more = {'context': self.tls} if self.tls else {}
            self.connection = kind(self.host, self.port, timeout=60, **more)
        try:
            try:
                self.connection.request('POST', self.path, b'\n'.join(rows), self.headers)
            except BrokenPipeError:
                pass  # Whoever refuses a row does not read the rest: the answer says why.
            answer = self.connection.getresponse()
            said = answer.read(1 << 20)[:300].decode('utf-8', 'replace')
        except (OSError, http.client.HTTPException) as error:
            self.connection = None
            raise Unavailable(f'ClickHouse: {error}') from error
        if answer.status == 200:
            return
        self.connection.close()
        self.connection = None
        code = re.match(r'Code: (\d+)', said)
        if answer.status in (400, 413) or (code and int(code.group(1)) in ROW_CODES):
            raise Refused(said)
        raise Unavailable(f'ClickHouse answered {answer.status}: {said}')

    def insert(self, rows, reject):
        """All of them, but those that it refuses one by one."""
        try:
            self.post(rows)
        except Refused as refused:
            self.post([])  # Is it the table, or the user? Then no row is at fault.
            if len(rows) == 1:
                reject(self.name, rows[0], str(refused))
                return
            half = len(rows) // 2
            self.insert(rows[:half], reject)
            self.insert(rows[half:], reject)

    def insert_until_done(self, messages, reject):
        rows = []
        for message in messages:
            why = why_no_row(message)
            if why is None:
                rows.append(message)
            else:
                reject(self.name, message, f'not one JSON object: {why}')
        pause = 0.1
        while rows:
            try:
                self.insert(rows, reject)
                return
            except (Unavailable, Refused) as error:
                say(f'{self.name}: {error}; trying again')
                pause = wait(pause)


class RejectedFile:
    def __init__(self, path):
        self.path = path
        self.lock = threading.Lock()

    def __call__(self, table, row, why):
        say(f'{table}: a row is refused and goes to {self.path}: {why}')
        with self.lock, open(self.path, 'ab', opener=lambda p, f: os.open(p, f, 0o600)) as file:
            file.write(row.replace(b'\n', b' ') + b'\n')
            file.flush()
            os.fsync(file.fileno())


def from_nats(options, table, to, reject):
    subject = getattr(options, table) or f'vedette.{table}'
    with nats_pull.Connection(options.source, options.ca) as nats:
        nats.make_stream(options.stream, options.stream_bytes,
                         [options.alerts or 'vedette.alerts', options.events or 'vedette.events'])
        puller = nats.make_consumer(options.stream, f'{options.group}-{table}', subject)
        say(f'from {subject} to {to.name}')
        while True:
            messages = puller.pull(ROWS_MAX)
            to.insert_until_done([data for _, data in messages], reject)
            puller.acknowledge(messages)


def from_kafka(options, table, to, reject):
    try:
        import confluent_kafka  # pylint: disable=import-outside-toplevel
    except ImportError:
        say('Kafka needs the package python3-confluent-kafka')
        os._exit(1)
    topic = getattr(options, table) or f'vedette-{table}'
    settings = {'bootstrap.servers': options.source.removeprefix('kafka://'),
                'group.id': f'{options.group}-{table}', 'enable.auto.commit': False,
                'auto.offset.reset': 'earliest', 'topic.metadata.refresh.interval.ms': 10000}
    settings.update(pair.split('=', 1) for pair in options.kafka)
    consumer = confluent_kafka.Consumer(settings)
    try:
        consumer.subscribe([topic])
        say(f'from {topic} to {to.name}')
        while True:
            messages = consumer.consume(ROWS_MAX, timeout=0.5)
            rows = [message.value() for message in messages if message.error() is None]
            to.insert_until_done([row for row in rows if row], reject)
            if rows:
                consumer.commit(asynchronous=False)
    except confluent_kafka.KafkaException as error:
        raise OSError(f'Kafka: {error}') from error
    finally:
        consumer.close()


def relay(options, table, reject):
    source = from_kafka if options.source.startswith('kafka://') else from_nats
    to = ClickHouse(options, table)
    pause = 0.1
    while True:
        begin = time.monotonic()
        try:
            source(options, table, to, reject)
        except OSError as error:
            say(f'{table}: {error}; trying again')
        pause = wait(0.1 if time.monotonic() - begin > 2 * PAUSE_MAX_SECONDS else pause)


def check_address(text, schemes, many=False):
    """ValueError: it is none. Does not repeat it: there may be a password in it."""
    scheme, separator, rest = text.partition('://')
    expected = ' or '.join(f'{one}://HOST:PORT' for one in schemes)
    if scheme not in schemes or not separator:
        raise ValueError(f'expected {expected}')
    for server in rest.split(',') if many else [rest]:
        parts = urllib.parse.urlsplit(f'//{server}')
        if '@' in server:
            raise ValueError('a user or password in it is not used; they come from the environment')
        if not parts.hostname or parts.path not in ('', '/') or parts.query or parts.fragment:
            raise ValueError(f'expected {expected} and nothing behind it')
        if parts.port == 0:  # One that is no number, or above 65535, is a ValueError already.
            raise ValueError('there is no port 0')


def check(parser, options):
    kafka = options.source.startswith('kafka://')
    try:
        what = 'FROM'
        check_address(options.source, ('kafka',) if kafka else ('nats', 'tls', 'kafka'), kafka)
        what = 'TO'
        check_address(options.to, ('http', 'https'))
    except ValueError as error:
        parser.error(f'{what}: {error}')
    if options.ca:
        try:
            ssl.create_default_context(cafile=options.ca)
        except OSError as error:
            parser.error(f'--ca {options.ca}: {error}')
    for pair in options.kafka:
        if '=' not in pair:
            parser.error(f'--kafka {pair}: expected NAME=VALUE')


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('source', metavar='FROM', help='nats://, tls:// or kafka://HOST:PORT')
    parser.add_argument('to', metavar='TO', help='http:// or https://HOST:PORT of ClickHouse')
    parser.add_argument('--database', default='vedette')
    parser.add_argument('--alerts', metavar='NAME', help='their subject or topic')
    parser.add_argument('--events', metavar='NAME', help='theirs')
    parser.add_argument('--stream', default='VEDETTE', help='of JetStream; made if it is not there')
    parser.add_argument('--stream-bytes', type=int, metavar='BYTES', default=10 << 30,
                        help='what it holds at most; then hosts wait')
    parser.add_argument('--group', default='clickhouse', help='readers of one name share the work')
    parser.add_argument('--rejected', metavar='FILE', default='rejected.jsonl')
    parser.add_argument('--ca', metavar='FILE', help='authorities (PEM), instead of the system\'s')
    parser.add_argument('--kafka', metavar='NAME=VALUE', action='append', default=[],
                        help='a setting of librdkafka, as security.protocol=ssl')
    options = parser.parse_args()
    check(parser, options)
    reject = RejectedFile(options.rejected)
    threads = [threading.Thread(target=relay, args=(options, table, reject)) for table in TABLES]
    for thread in threads:
        thread.daemon = True
        thread.start()
    while all(thread.is_alive() for thread in threads):
        threads[0].join(1)
    return 1  # One ends by a mistake of ours alone, which Python has told.


if __name__ == '__main__':
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(0)
