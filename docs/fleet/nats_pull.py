# SPDX-License-Identifier: Apache-2.0
"""As much of NATS and JetStream as relay.py needs: a stream, a durable consumer, pull, acknowledge.

https://docs.nats.io/reference/reference-protocols/nats-protocol
"""

import json
import os
import secrets
import socket
import ssl
import urllib.parse

LINE_MAX = 1 << 20
BYTES_MAX = 32 << 20  # Of one pull.
NANOSECONDS = 1_000_000_000
SILENCE_SECONDS = 30
STREAM_EXISTS = 10058  # Under this name, made otherwise: it is somebody's, and stays as it is.


class Connection:
    """Used by one thread. Every trouble is an OSError; then make a new one."""

    def __init__(self, url, ca=None):
        parts = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port or 4222), timeout=10)
        try:
            self.file = self.socket.makefile('rb')
            info = json.loads(self.line().removeprefix(b'INFO '))
            if parts.scheme == 'tls':
                context = ssl.create_default_context(cafile=ca)
                self.socket = context.wrap_socket(self.socket, server_hostname=parts.hostname)
                self.file = self.socket.makefile('rb')
            elif info.get('tls_required'):
                raise OSError('NATS: it wants TLS; say tls:// instead of nats://')
            self.socket.settimeout(SILENCE_SECONDS)
            self.inbox = '_INBOX.' + secrets.token_hex(16)
            self.write(b'CONNECT ' + json.dumps(self.greeting()).encode() + b'\r\n'
                       + f'SUB {self.inbox} 1\r\n'.encode())
        except ValueError as error:
            self.socket.close()
            raise OSError(f'NATS: not its protocol: {error}') from error
        except OSError:
            self.socket.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    @staticmethod
    def greeting():
        greeting = {'verbose': False, 'pedantic': False, 'lang': 'python', 'version': '1',
                    'protocol': 1, 'headers': True, 'no_responders': True, 'name': 'vedette-relay'}
        for key, variable in (('user', 'NATS_USER'), ('pass', 'NATS_PASSWORD'),
                              ('auth_token', 'NATS_TOKEN')):
            if variable in os.environ:
                greeting[key] = os.environ[variable]
        return greeting

    def write(self, data):
        self.socket.sendall(data)

    def line(self):
        line = self.file.readline(LINE_MAX)
        if not line.endswith(b'\n'):
            raise OSError('NATS: the connection has ended')
        return line.strip()

    def publish(self, subject, data, reply=''):
        words = ['PUB', subject, reply, str(len(data))]
        return ' '.join(word for word in words if word).encode() + b'\r\n' + data + b'\r\n'

    def message(self):
        """The next one: where its answer goes, its status ('' for none), its bytes."""
        while True:
            words = self.line().split()
            if not words or words[0] in (b'PONG', b'+OK', b'INFO'):
                continue
            if words[0] == b'PING':
                self.write(b'PONG\r\n')
                continue
            if words[0] == b'-ERR':
                raise OSError('NATS: ' + b' '.join(words[1:]).decode('utf-8', 'replace'))
            has_head = words[0] == b'HMSG'
            sizes = words[-2:] if has_head else [b'0', words[-1]]
            if words[0] not in (b'MSG', b'HMSG') or not all(size.isdigit() for size in sizes):
                raise OSError('NATS: not its protocol')
            head, size = int(sizes[0]), int(sizes[1])
            data = self.file.read(size + 2)
            if len(data) != size + 2:
                raise OSError('NATS: the connection has ended')
            reply = words[3].decode() if len(words) > 4 + has_head else ''
            first = data[:head].split(b'\r\n')[0].split()
            status = first[1].decode() if len(first) > 1 else ''
            return reply, status, data[head:size]

    def ask(self, subject, question):
        self.write(self.publish(subject, json.dumps(question).encode(), self.inbox))
        _, status, data = self.message()
        if status:
            raise OSError(f'NATS: no answer to {subject} ({status}): JetStream is on with -js')
        try:
            return json.loads(data)
        except ValueError as error:
            raise OSError('NATS: not the answer of JetStream') from error

    def make_stream(self, name, bytes_max, subjects):
        """A row stays until it has been acknowledged; when the stream is full, hosts wait."""
        answer = self.ask(f'$JS.API.STREAM.CREATE.{name}', {
            'name': name, 'subjects': subjects, 'retention': 'workqueue', 'storage': 'file',
            'discard': 'new', 'max_bytes': bytes_max, 'max_msgs': -1, 'max_consumers': -1,
            'num_replicas': 1, 'duplicate_window': 120 * NANOSECONDS})
        error = answer.get('error')
        if error and error.get('err_code') != STREAM_EXISTS:
            raise OSError(f'NATS: stream {name}: {error.get("description")}')

    def make_consumer(self, stream, name, subject):
        answer = self.ask(f'$JS.API.CONSUMER.DURABLE.CREATE.{stream}.{name}', {
            'stream_name': stream,
            'config': {'durable_name': name, 'ack_policy': 'explicit', 'deliver_policy': 'all',
                       'filter_subject': subject, 'ack_wait': 60 * NANOSECONDS,
                       'max_ack_pending': 20000}})
        if 'error' in answer:
            raise OSError(f'NATS: consumer {name}: {answer["error"].get("description")}')
        return Puller(self, f'$JS.API.CONSUMER.MSG.NEXT.{stream}.{name}')


class Puller:
    def __init__(self, connection, subject):
        self.connection = connection
        self.subject = subject

    def pull(self, rows_max):
        """What is there, in order: (where to acknowledge it, bytes). Waits for the first."""
        found = self.collect({'batch': rows_max, 'max_bytes': BYTES_MAX, 'no_wait': True})
        return found or self.collect({'batch': 1, 'expires': 5 * NANOSECONDS})

    def collect(self, order):
        self.connection.write(self.connection.publish(
            self.subject, json.dumps(order).encode(), self.connection.inbox))
        found = []
        while len(found) < order['batch']:
            reply, status, data = self.connection.message()
            if status:  # 404, 408, 409: that was all.
                break
            found.append((reply, data))
        return found

    def acknowledge(self, messages):
        self.connection.write(b''.join(self.connection.publish(reply, b'+ACK')
                                       for reply, _ in messages))
