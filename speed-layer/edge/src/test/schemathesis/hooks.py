"""What a schema cannot say of a valid record: whose it is, and in which currency this stack counts."""

import json
import os

import schemathesis

DEVICE = os.environ["EDGE_DEVICE"]
LONGEST_TEXT = 2048


def is_text(value):
    return isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT and not any("\ud800" <= c <= "\udfff" for c in value)


def own(record):
    """Changes only what is valid already, so that what is meant to be wrong stays wrong."""
    if isinstance(record, dict):
        if is_text(record.get("device_id")):
            record["device_id"] = DEVICE
        if is_text(record.get("currency")):
            record["currency"] = "USD"
        # Nobody sells ads here: each request would wait for as long as it says.
        if type(record.get("tmax_ms")) is int and 20 < record["tmax_ms"] <= 86_400_000:
            record["tmax_ms"] = 20


@schemathesis.hook
def before_call(context, case, kwargs):
    for record in case.body if isinstance(case.body, list) else [case.body]:
        own(record)


@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    records = value if isinstance(value, list) else [value]
    return "\n".join(json.dumps(record) for record in records).encode()
