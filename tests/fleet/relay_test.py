#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/fleet/relay.py without a broker and without ClickHouse: which messages are rows, and what it
says to wrong addresses."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

FLEET = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'docs', 'fleet')
sys.dont_write_bytecode = True
sys.path.insert(0, FLEET)
import relay  # pylint: disable=wrong-import-position


def row(name, host):
    return json.dumps({'id': name, 'hostname': host, 'rule': 'R', 'severity': 3}).encode()


class Inserted(relay.ClickHouse):
    """What reaches ClickHouse."""

    def __init__(self):  # pylint: disable=super-init-not-called
        self.name = 'vedette.alerts'
        self.lines, self.rejected = [], []

    def post(self, rows):
        self.lines += b'\n'.join(rows).split(b'\n')

    def take(self, messages):
        self.insert_until_done(messages, lambda table, message, why: self.rejected.append(message))


class Rows(unittest.TestCase):
    def test_nobody_takes_the_rows_of_others_with_it(self):
        victims = [row('filler', 'x'), row('victim1', 'victim'), row('victim2', 'victim'),
                   row('after', 'victim')]
        hostile = [b'{"id":"evil1","time_ns":1,"hostname":"evil","junk":[', b',', b']}']
        to = Inserted()
        to.take([victims[0], hostile[0], victims[1], hostile[1], victims[2], hostile[2],
                 victims[3]])
        self.assertEqual(to.lines, victims)
        self.assertEqual(to.rejected, hostile)

    def test_a_message_is_one_object_on_one_line(self):
        for good in (b'{}', b' {"a": [1, {"a": 2}], "b": "\\u0000"} ', '{"a":"ä"}'.encode(),
                     b'{"a":' + b'9' * 100000 + b'}', row('a', 'b')):
            self.assertIsNone(relay.why_no_row(good), good[:80])
        for bad in (b'', b'[]', b'[{}]', b'"{}"', b'1', b'null', b'{', b'}', b'{}{}', b'{},',
                    b'{};', b'{}\n{}', b'{}\r{}', b'{\n}', b'{"a":NaN}', b'{"a":-Infinity}',
                    b'{"a":1,"a":2}', b'{"b":{"a":1,"\\u0061":2}}', b'{"a":"\xff"}',
                    b'{"a":"\x00"}',
                    '{}'.encode('utf-16'), b'\xef\xbb\xbf{}', b"{'a':1}", b'{"a":1,}',
                    b'{"a":' + b'[' * 100000):
            self.assertIsNotNone(relay.why_no_row(bad), bad[:80])


class Addresses(unittest.TestCase):
    def say(self, *arguments):
        done = subprocess.run([sys.executable, '-B', os.path.join(FLEET, 'relay.py'), *arguments],
                              capture_output=True, text=True, timeout=120, check=False,
                              cwd=tempfile.gettempdir())
        self.assertEqual(done.returncode, 2, done.stderr)
        return done.stderr

    def test_a_wrong_address_is_said_at_once(self):
        good = 'nats://127.0.0.1:4222', 'http://127.0.0.1:8123'
        for source in ('127.0.0.1:4222', 'nats:127.0.0.1', 'nats://', 'nats://h:99999',
                       'nats://h:x', 'nats://a:b@h', 'kafka://', 'kafka://a:9092,,b', 'ftp://h'):
            self.assertIn('FROM: ', self.say(source, good[1]), source)
        for to in ('127.0.0.1:8123', 'tcp://h:9000', 'http://', 'https://h:0', 'http://h:70000',
                   'http://h/x', 'http://h?database=x', 'http://writer:hidden@h:8123'):
            said = self.say(good[0], to)
            self.assertIn('TO: ', said, to)
            self.assertNotIn('hidden', said)
        self.assertIn('--ca /nowhere/ca.pem', self.say(*good, '--ca', '/nowhere/ca.pem'))
        self.assertIn('NAME=VALUE', self.say(*good, '--kafka', 'security.protocol'))

    def test_a_good_address_is_one(self):
        for text, schemes, many in (('nats://h', ('nats',), False),
                                    ('http://[::1]:8123/', ('http',), False),
                                    ('kafka://a:9092,b,[::1]:9093', ('kafka',), True)):
            relay.check_address(text, schemes, many)


if __name__ == '__main__':
    unittest.main()
