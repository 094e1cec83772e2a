"""Runs the one statement of standard input in ClickHouse, and prints as JSON how long it took in an engine that has started."""

import json
import resource
import sys
import time

import chdb

statement = sys.stdin.read()
version = chdb.query("SELECT version()", "CSV").bytes().decode().strip().strip('"')
began = time.monotonic()
chdb.query(statement, "CSV")
seconds = time.monotonic() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({"version": version, "seconds": seconds, "peak_memory_mb": peak}))
