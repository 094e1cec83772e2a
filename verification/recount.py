#!/usr/bin/env python3
"""Counts a `dsx send` file by itself and compares a report with it.

Python's standard library only; shares nothing with the code that it checks. All records of FILE are taken as sent once, in order, to an empty log.

  recount.py FILE [FILE …]                                  the counts as JSON
  recount.py FILE --by aggregator_id,channel_id             with sums by these dimensions
  recount.py FILE --by aggregator_id --compare report.json  exit code 0 only if `dsx report --json --by …` says the same
  recount.py FILE --ledger ledger.json                      exit code 0 only if `dsx ledger --json` says the same

Of records with one event_id the first in the file counts: right for exact repeats, whatever the order in which partitions are read.
"""
import argparse
import base64
import datetime
import json
import re
import sys

MEASURES = ["requests", "decisions", "expired", "no_candidates", "responses", "fills", "no_fills", "timeouts", "response_errors",
            "impressions", "starts", "completes", "playback_errors", "completed_price_micros", "tune_ins", "tuned_s"]
TIMES = {"minute": 60, "hour": 3600, "day": 86400}
BIGGEST = 65536
MONEY = (0, 10 ** 15)
COUNT = (0, 2 ** 31 - 1)
OUTCOMES = {"fill": "fills", "no_fill": "no_fills", "timeout": "timeouts", "error": "response_errors"}
STATUSES = {"routed": "decisions", "expired": "expired", "no_candidate": "no_candidates"}
ONE_EACH = {"ad_request": "requests", "impression": "impressions", "start": "starts", "error": "playback_errors", "tune_in": "tune_ins"}


class Malformed(Exception):
    pass


def text(value):
    return isinstance(value, str) and 0 < len(value.encode("utf-16-le", "surrogatepass")) // 2 <= 2048


def whole(least, most):
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def share(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1


def version(value):
    written = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return isinstance(written, str) and re.fullmatch(r"[1-9][0-9]{0,3}(\.[0-9]{1,4}){0,3}", written) is not None


def seconds(value):
    """Seconds since the epoch of an ISO-8601 time in UTC, whole ones; None where it is none."""
    found = text(value) and re.fullmatch(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(\.\d{0,9})?Z", value, re.ASCII)
    if not found:
        return None
    try:
        parsed = datetime.datetime.strptime(found[1] + " " + found[2], "%Y-%m-%d %H:%M:%S")
        since = int(parsed.replace(tzinfo=datetime.timezone.utc).timestamp())
        # Years 1677 to 2262: what counts of nanoseconds in 64 bits, and so every store, can hold.
        return since if abs(since) < 2 ** 63 // 10 ** 9 else None
    except ValueError:
        return None


def objects(**fields):
    return lambda value: isinstance(value, list) and all(
        isinstance(entry, dict) and all(fits(entry.get(name)) for name, fits in fields.items()) for entry in value)


COMMON = {"schema_version": version, "event_id": text, "event_type": text, "event_time": lambda v: seconds(v) is not None,
          "device_id": text}
CONTEXT = {"channel_id": text, "previous_channel_id?": text, "last_ad_id?": text, "region": text, "device_model": text}
OFFER = {"pod_id?": text, "slot_in_pod?": whole(-1, 1000), "max_duration_s?": whole(*COUNT), "bid_floor_micros?": whole(*MONEY),
         "currency?": text}
TUNED = {**CONTEXT, "duration_s": whole(*COUNT)}
PLAYBACK = {"request_id": text, "aggregator_id": text, "ad_id": text, "price_micros": whole(*MONEY), "currency?": text,
            "error_code?": whole(0, 10000), **CONTEXT}
EVENTS = {
    "tuning-events": {"tune_in": CONTEXT, "tune_out": TUNED, "heartbeat": TUNED},
    "ad-requests": {"ad_request": {"request_id": text, "tmax_ms": whole(*COUNT), **OFFER, **CONTEXT}},
    "ad-decisions": {"ad_decision": {
        "request_id": text, "request_time": lambda v: seconds(v) is not None, "status": lambda v: isinstance(v, str) and v in STATUSES,
        "ranked": objects(aggregator_id=text, score_micros=whole(*MONEY), propensity=share), "aggregator_id?": text,
        "propensity?": share, "explore": lambda v: isinstance(v, bool), "snapshot_id": text, "policy_version": text,
        "model_version?": text, "excluded": objects(aggregator_id=text, reason=text), "tmax_ms?": whole(*COUNT), **OFFER, **CONTEXT}},
    "ad-events": {"response": {
        "request_id": text, "aggregator_id": text, "attempt": whole(0, 1000), "outcome": lambda v: isinstance(v, str) and v in OUTCOMES,
        "nbr?": whole(0, 10000), "latency_ms": whole(*COUNT), "price_micros?": whole(*MONEY), "currency?": text, "ad_id?": text,
        "creative_id?": text, **CONTEXT}},
    "ad-deliveries": {"ad_delivery": {"request_id": text, "aggregator_id": text, "ad_id": text, "creative_id": text, "media_url": text,
                                      "price_micros?": whole(*MONEY)}},
}
for playback in ("impression", "start", "first_quartile", "midpoint", "third_quartile", "complete", "error"):
    EVENTS["ad-events"][playback] = PLAYBACK


def no_key_twice(pairs):
    if len({key for key, _ in pairs}) < len(pairs):
        raise Malformed("a key stands twice")
    return dict(pairs)


def no_constant(name):
    raise Malformed(name + " is not JSON")


def depth(value):
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


def value_of(line):
    """The JSON value of a line's record; Malformed where its bytes are not one."""
    if "raw" not in line:
        value = line.get("value")
        size = len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass"))
        if size > BIGGEST:
            raise Malformed("too large")
        return value
    data = base64.b64decode(line["raw"])
    if not data or len(data) > BIGGEST:
        raise Malformed("empty or too large")
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=no_key_twice, parse_constant=no_constant)
    except (UnicodeDecodeError, ValueError, RecursionError) as e:
        raise Malformed(str(e)) from e


def event_of(line, currency):
    """The good event in a line and its fields; Malformed where there is none."""
    event = value_of(line)
    if not isinstance(event, dict) or depth(event) > 20:
        raise Malformed("not an object")
    kind = event.get("event_type")
    own = EVENTS[line["topic"]].get(kind) if isinstance(kind, str) else None
    if own is None:
        raise Malformed("unknown event_type, or on the wrong topic")
    fields = {**COMMON, **own}
    for name, fits in fields.items():
        value = event.get(name.rstrip("?"))
        if not (name.endswith("?") if value is None else fits(value)):
            raise Malformed(name)
    if "currency?" in fields and event.get("currency") not in (None, currency):
        raise Malformed("currency")
    if kind == "response" and event["outcome"] == "fill" and event.get("price_micros") is None:
        raise Malformed("price_micros")
    if kind == "ad_decision" and event["status"] == "routed" and event.get("aggregator_id") is None:
        raise Malformed("aggregator_id")
    return event, {name.rstrip("?") for name in fields}


def sums_of(event):
    """What an event adds, by measure."""
    kind = event["event_type"]
    if kind in ONE_EACH:
        return {ONE_EACH[kind]: 1}
    if kind == "ad_decision":
        return {STATUSES[event["status"]]: 1}
    if kind == "response":
        return {"responses": 1, OUTCOMES[event["outcome"]]: 1}
    if kind == "complete":
        return {"completes": 1, "completed_price_micros": event["price_micros"]}
    if kind in ("tune_out", "heartbeat"):
        return {"tuned_s": event["duration_s"]}
    return {}


def key_of(event, known, by):
    key = []
    for dimension in by:
        if dimension in TIMES:
            grain = TIMES[dimension]
            start = seconds(event["event_time"]) // grain * grain
            key.append(datetime.datetime.fromtimestamp(start, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"))
        else:
            key.append(event.get(dimension) if dimension in known else None)
    return tuple(key)


def count(lines, by, currency):
    counts = {"read": 0, "accepted": 0, "duplicate": 0, "quarantined": 0}
    rows = {}
    seen = set()
    for number, text_line in enumerate(lines, 1):
        line = json.loads(text_line)
        if line["topic"] not in EVENTS:
            continue
        counts["read"] += 1
        try:
            event, known = event_of(line, currency)
        except Malformed:
            counts["quarantined"] += 1
            continue
        if event["event_id"] in seen:
            counts["duplicate"] += 1
            continue
        seen.add(event["event_id"])
        counts["accepted"] += 1
        added = sums_of(event)
        if added:
            row = rows.setdefault(key_of(event, known, by), dict.fromkeys(MEASURES, 0))
            for measure, amount in added.items():
                row[measure] += amount
    return counts, {key: row for key, row in rows.items() if any(row.values())}


def differences(rows, report, by, measures):
    given = {}
    for row in report["rows"]:
        key = tuple(row.get(dimension) for dimension in by)
        if key in given:
            yield f"the report has the row {key} twice"
        given[key] = row
    for key in sorted(rows.keys() | given.keys(), key=repr):
        for measure in measures:
            expected = rows.get(key, {}).get(measure, 0)
            row = given.get(key)
            got = 0 if row is None else row.get(measure)
            if expected != got:
                yield f"{dict(zip(by, key))} {measure}: expected {expected}, got {got}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE", help="JSON Lines as `dsx send` reads them")
    parser.add_argument("--by", default="", help="dimensions, comma-separated; minute, hour and day among them")
    parser.add_argument("--measures", default=",".join(MEASURES), help="compare only these")
    parser.add_argument("--currency", default="USD")
    parser.add_argument("--compare", metavar="REPORT", help="output of dsx report --json with the same --by")
    parser.add_argument("--ledger", metavar="LEDGER", help="output of dsx ledger --json")
    arguments = parser.parse_args()
    by = [dimension for dimension in arguments.by.split(",") if dimension]
    measures = arguments.measures.split(",")
    unknown = set(measures) - set(MEASURES)
    if unknown:
        parser.error("no additive measure is called " + ", ".join(sorted(unknown)))

    def lines():
        for name in arguments.files:
            with open(name, encoding="utf-8") as file:
                yield from (line for line in file if line.strip())

    counts, rows = count(lines(), by, arguments.currency)
    found = []
    if arguments.compare:
        with open(arguments.compare, encoding="utf-8") as file:
            found += differences(rows, json.load(file), by, measures)
    if arguments.ledger:
        with open(arguments.ledger, encoding="utf-8") as file:
            ledger = json.load(file)
        found += [f"ledger {name}: expected {counts[name]}, got {ledger.get(name)}" for name in counts if counts[name] != ledger.get(name)]
    if arguments.compare or arguments.ledger:
        for line in found[:50]:
            print(line, file=sys.stderr)
        print(json.dumps({**counts, "equal": not found, "differences": len(found)}))
        return 1 if found else 0
    shown = [{**dict(zip(by, key)), **row} for key, row in sorted(rows.items(), key=lambda item: repr(item[0]))]
    print(json.dumps({**counts, "rows": shown}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
