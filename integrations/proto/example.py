#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Alerts as they come: example.py SOCKET. docs/api.md says how to make vedette_pb2*.py."""
import sys

import grpc
import vedette_pb2 as v1
import vedette_pb2_grpc

api = vedette_pb2_grpc.VedetteStub(grpc.insecure_channel(f"unix:{sys.argv[1]}"))
for item in api.StreamAlerts(v1.StreamAlertsRequest(from_oldest=True, no_follow="-1" in sys.argv)):
    print(item.resume_token, item.alert.id, v1.Priority.Name(item.alert.priority), item.alert.rule)
