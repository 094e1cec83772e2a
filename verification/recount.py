#!/usr/bin/env python3
"""Counts a `dsx send` file by itself and compares a report with it.

Python's standard library only; shares nothing with the code that it checks. All records of FILE are taken as sent once, in order, to an empty log.

  recount.py FILE [FILE …]                                  the counts as JSON
  recount.py FILE --by aggregator_id,channel_id             with sums by these dimensions
  recount.py FILE --by aggregator_id --compare report.json  exit code 0 only if `dsx report --json --by …` says the same; both may be given several times
  recount.py FILE --ledger ledger.json                      exit code 0 only if `dsx ledger --json` says the same

Of records with one identity the first in the file counts: right for exact repeats, whatever the order in which partitions are read. When the broker appended a
record is known only about: at --sent, or in milliseconds as "append_time" in its line. It matters to events whose clock cannot be believed, which count in its
minute, and to the horizons within which repeats are recognised at once and fills are known. A complete counts with the lowest price of the fills of its request and
aggregator that stand before it and were appended within the last four hours, by ten-minute slices of the clock; without one with its own, and apart. What a night removes of the first N lines is left out with --night N.
"""
import argparse
import base64
import datetime
import json
import re
import sys
import time

MEASURES = ["requests", "decisions", "expired", "no_candidates", "responses", "fills", "no_fills", "timeouts", "response_errors",
            "impressions", "starts", "completes", "playback_errors", "implausible_clocks", "completed_price_micros",
            "completes_without_fill", "unfilled_price_micros", "tune_ins", "tuned_s"]
TIMES = {"minute": 60, "hour": 3600, "day": 86400}
BIGGEST = 65536
DEEPEST = 500
MONEY = (0, 10 ** 12)
SECONDS = (0, 2 * 86400)
MILLIS = (0, 86400 * 1000)
OLDEST_MS = 35 * 86400 * 1000
FARTHEST_AHEAD_MS = 25 * 3600 * 1000
NIGHT_LOOKS_AROUND_DAYS = 2
FILL_SLICE_MS = 600 * 1000
FILL_SLICES = 24
NOT_FROM_BOXES = {"ad_decision", "response", "ad_delivery"}
EPOCH = datetime.datetime(1970, 1, 1)
OUTCOMES = {"fill": "fills", "no_fill": "no_fills", "timeout": "timeouts", "error": "response_errors"}
STATUSES = {"routed": "decisions", "expired": "expired", "no_candidate": "no_candidates"}
ONE_EACH = {"ad_request": "requests", "impression": "impressions", "start": "starts", "error": "playback_errors", "tune_in": "tune_ins"}


class Malformed(Exception):
    pass


class Number:
    """A JSON number as written: `digits` times ten to the `exponent`, without zeros at either end, so that no size and no precision is too much."""

    def __init__(self, written):
        sign, before, after, exponent = re.fullmatch(r"(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?", written, re.ASCII).groups(default="")
        digits = (before + after).lstrip("0")
        self.digits = digits.rstrip("0")
        self.exponent = int(exponent or 0) - len(after) + len(digits) - len(self.digits) if digits else 0
        self.negative = bool(sign and digits)

    def whole(self):
        """The whole number that it is; None for a fraction, and for what is beyond any bound."""
        if self.exponent < 0 or len(self.digits) + self.exponent > 18:
            return None
        size = int(self.digits or 0) * 10 ** self.exponent
        return -size if self.negative else size

    def is_share(self):
        return not self.negative and (len(self.digits) + self.exponent <= 0 or (self.digits, self.exponent) == ("1", 0))


def text(value, longest=2048):
    return isinstance(value, str) and 0 < len(value) <= longest and (value.isascii() or not any("\ud800" <= c <= "\udfff" for c in value))


def url(value):
    return text(value, 8192)


def whole(least, most):
    return lambda value: isinstance(value, Number) and value.whole() is not None and least <= value.whole() <= most


def share(value):
    return isinstance(value, Number) and value.is_share()


def version(value):
    if isinstance(value, Number):
        return whole(1, 9999)(value)
    return isinstance(value, str) and re.fullmatch(r"[1-9][0-9]{0,3}(\.[0-9]{1,4}){0,3}", value) is not None


def micros(value):
    """Microseconds since the epoch of an ISO-8601 time in UTC, finer ones cut off; None where it is none."""
    found = text(value) and re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?Z", value, re.ASCII)
    if not found:
        return None
    try:
        since = datetime.datetime(*map(int, found.groups()[:6])) - EPOCH
    except ValueError:
        return None
    return (since.days * 86400 + since.seconds) * 10 ** 6 + int(((found[7] or "") + "000000")[:6])


def absent_or(fits):
    return lambda value: value is None or fits(value)


def objects(**fields):
    return lambda value: isinstance(value, list) and all(
        isinstance(entry, dict) and all(fits(entry.get(name)) for name, fits in fields.items()) for entry in value)


COMMON = {"schema_version": version, "event_id": text, "event_type": text, "event_time": lambda v: micros(v) is not None,
          "device_id": text}
CONTEXT = {"channel_id": text, "previous_channel_id?": text, "last_ad_id?": text, "region": text, "device_model": text}
OFFER = {"pod_id?": text, "slot_in_pod?": whole(-1, 1000), "max_duration_s?": whole(*SECONDS), "bid_floor_micros?": whole(*MONEY),
         "currency?": text}
TUNED = {**CONTEXT, "duration_s": whole(*SECONDS)}
PLAYBACK = {"request_id": text, "aggregator_id": text, "ad_id": text, "price_micros": whole(*MONEY), "currency?": text,
            "error_code?": whole(0, 10000), **CONTEXT}
EVENTS = {
    "tuning-events": {"tune_in": CONTEXT, "tune_out": TUNED, "heartbeat": TUNED},
    "ad-requests": {"ad_request": {"request_id": text, "tmax_ms": whole(*MILLIS), **OFFER, **CONTEXT}},
    "ad-decisions": {"ad_decision": {
        "request_id": text, "request_time": lambda v: micros(v) is not None, "status": lambda v: isinstance(v, str) and v in STATUSES,
        "ranked": objects(aggregator_id=text, score_micros=whole(*MONEY), propensity=share, fill=absent_or(share),
                          value_micros=absent_or(whole(*MONEY)), answer_ms=absent_or(whole(*MILLIS))),
        "order?": objects(aggregator_id=text, propensity=share), "chain_value_micros?": whole(*MONEY),
        "features_version?": whole(1, 1000), "aggregator_id?": text,
        "propensity?": share, "explore": lambda v: isinstance(v, bool), "snapshot_id": text, "policy_version": text,
        "model_version?": text, "excluded": objects(aggregator_id=text, reason=text), "tmax_ms?": whole(*MILLIS),
        "arrival_time?": lambda v: micros(v) is not None, **OFFER, **CONTEXT}},
    "ad-events": {"response": {
        "request_id": text, "aggregator_id": text, "attempt": whole(0, 1000), "outcome": lambda v: isinstance(v, str) and v in OUTCOMES,
        "nbr?": whole(0, 10000), "reason?": text, "latency_ms": whole(*MILLIS), "price_micros?": whole(*MONEY), "currency?": text,
        "expected_fill?": share, "expected_price_micros?": whole(*MONEY), "model_version?": text, "ad_id?": text, "creative_id?": text, **CONTEXT}},
    "ad-deliveries": {"ad_delivery": {"request_id": text, "aggregator_id": text, "ad_id": text, "creative_id": text, "media_url": url,
                                      "price_micros?": whole(*MONEY), "trackers?": objects(event=text, url=url)}},
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
    deepest, level = 0, [value]
    while level := [v for v in level if isinstance(v, (dict, list))]:
        deepest += 1
        level = [inner for v in level for inner in (v.values() if isinstance(v, dict) else v)]
    return deepest


SPACE = re.compile(r"[ \t\n\r]*")
ANY = json.JSONDecoder(parse_int=str, parse_float=str)


def members(line):
    """The members of a line's object, each value as it stands there: `dsx send` sends it byte for byte."""
    found = {}
    at = SPACE.match(line, line.index("{") + 1).end()
    while line[at] != "}":
        name, at = json.decoder.scanstring(line, at + 1)
        at = SPACE.match(line, line.index(":", at) + 1).end()
        _, end = ANY.raw_decode(line, at)
        found[name] = line[at:end]
        at = SPACE.match(line, end).end()
        if line[at] == ",":
            at = SPACE.match(line, at + 1).end()
    return found


STRICT = json.JSONDecoder(object_pairs_hook=no_key_twice, parse_constant=no_constant, parse_int=Number, parse_float=Number)


def value_of(data):
    """The JSON value of a record's bytes; Malformed where they are not one."""
    if not data or len(data) > BIGGEST:
        raise Malformed("empty or too large")
    try:
        return STRICT.decode(data.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as e:
        raise Malformed(str(e)) from e


def event_of(topic, data, currency):
    """The good event in a record and its fields; Malformed where there is none."""
    event = value_of(data)
    if not isinstance(event, dict) or depth(event) > DEEPEST:
        raise Malformed("not an object")
    kind = event.get("event_type")
    own = EVENTS[topic].get(kind) if isinstance(kind, str) else None
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


def sums_of(event, fill):
    """What an event adds, by measure; `fill` is the price of the fill that is known to it, None without one."""
    kind = event["event_type"]
    if kind in ONE_EACH:
        return {ONE_EACH[kind]: 1}
    if kind == "ad_decision":
        return {STATUSES[event["status"]]: 1}
    if kind == "response":
        return {"responses": 1, OUTCOMES[event["outcome"]]: 1}
    if kind == "complete":
        if fill is not None:
            return {"completes": 1, "completed_price_micros": fill}
        told = event["price_micros"].whole()
        return {"completes": 1, "completed_price_micros": told, "completes_without_fill": 1, "unfilled_price_micros": told}
    if kind in ("tune_out", "heartbeat"):
        return {"tuned_s": event["duration_s"].whole()}
    return {}


def identity_of(event):
    """What a retry repeats."""
    kind = event["event_type"]
    own = (kind, event["event_id"])
    return own if kind in NOT_FROM_BOXES else (*own, event["device_id"], micros(event["event_time"]))


def is_wrong_clock(at, append_ms):
    return at < (append_ms - OLDEST_MS) * 1000 or at > (append_ms + FARTHEST_AHEAD_MS) * 1000


def key_of(event, known, by, second):
    key = []
    for dimension in by:
        if dimension in TIMES:
            grain = TIMES[dimension]
            key.append((EPOCH + datetime.timedelta(seconds=second // grain * grain)).strftime("%Y-%m-%dT%H:%M:%SZ"))
        else:
            key.append(event.get(dimension) if dimension in known else None)
    return tuple(key)


def count(lines, groupings, options):
    """The ledger's counts and, for each grouping, its rows of sums."""
    counts = {"read": 0, "accepted": 0, "duplicate": 0, "quarantined": 0}
    grouped = [{} for _ in groupings]
    accepted = {}
    fills = {}
    for number, line in enumerate(lines, 1):
        parts = members(line)
        topic = json.loads(parts["topic"])
        if topic not in EVENTS:
            continue
        counts["read"] += 1
        data = parts["value"].encode("utf-8") if "value" in parts else base64.b64decode(json.loads(parts["raw"]))
        try:
            event, known = event_of(topic, data, options.currency)
        except Malformed:
            counts["quarantined"] += 1
            continue
        append_ms = int(parts.get("append_time", options.sent_ms))
        at = micros(event["event_time"])
        day = at // (86400 * 10 ** 6)
        alike = accepted.setdefault(identity_of(event), [])
        if any(abs(append_ms - earlier) <= options.horizon * 1000 for earlier, _ in alike):
            counts["duplicate"] += 1
            continue
        removed = number <= options.night and any(abs(day - earlier) <= NIGHT_LOOKS_AROUND_DAYS for _, earlier in alike)
        alike.append((append_ms, day))
        counts["accepted"] += 1
        wrong = is_wrong_clock(at, append_ms)
        attempt = (event.get("request_id"), event.get("aggregator_id"))
        this_slice = append_ms // FILL_SLICE_MS
        known_fills = [price for slice_of_fill, price in fills.get(attempt, []) if slice_of_fill >= this_slice - FILL_SLICES]
        added = sums_of(event, min(known_fills, default=None))
        if event["event_type"] == "response" and event["outcome"] == "fill":
            fills.setdefault(attempt, []).append((this_slice, event["price_micros"].whole()))
        if wrong and event["event_type"] != "ad_delivery":
            added["implausible_clocks"] = 1
        if added and not removed:
            second = append_ms // 1000 if wrong else at // 10 ** 6
            for by, rows in zip(groupings, grouped):
                row = rows.setdefault(key_of(event, known, by, second), dict.fromkeys(MEASURES, 0))
                for measure, amount in added.items():
                    row[measure] += amount
    return counts, [{key: row for key, row in rows.items() if any(row.values())} for rows in grouped]


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
                yield f"by {','.join(by)}: {dict(zip(by, key))} {measure}: expected {expected}, got {got}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE", help="JSON Lines as `dsx send` reads them")
    parser.add_argument("--by", action="append", default=[], help="dimensions, comma-separated; minute, hour and day among them")
    parser.add_argument("--measures", default=",".join(MEASURES), help="compare only these")
    parser.add_argument("--currency", default="USD")
    parser.add_argument("--sent", metavar="TIME", help="when FILE was sent, such as 2026-11-22T10:15:30Z; now where not given")
    parser.add_argument("--horizon", type=float, default=7200, metavar="SECONDS", help="within which ingest recognises repeats")
    parser.add_argument("--night", type=int, default=0, metavar="N", help="lines of FILE that a night has seen")
    parser.add_argument("--compare", metavar="REPORT", action="append", default=[], help="output of dsx report --json with the same --by; once for each --by")
    parser.add_argument("--ledger", metavar="LEDGER", help="output of dsx ledger --json")
    arguments = parser.parse_args()
    sent = micros(arguments.sent) if arguments.sent else time.time_ns() // 1000
    if sent is None:
        parser.error("--sent wants an ISO-8601 time in UTC")
    arguments.sent_ms = sent // 1000
    groupings = [[dimension for dimension in by.split(",") if dimension] for by in arguments.by or [""]]
    if arguments.compare and len(arguments.compare) != len(groupings):
        parser.error("each --by needs its --compare")
    measures = arguments.measures.split(",")
    unknown = set(measures) - set(MEASURES)
    if unknown:
        parser.error("no additive measure is called " + ", ".join(sorted(unknown)))

    def lines():
        for name in arguments.files:
            with open(name, "rb") as file:
                yield from (line.decode("utf-8") for line in file if line.strip())

    counts, grouped = count(lines(), groupings, arguments)
    found = []
    for by, rows, report in zip(groupings, grouped, arguments.compare):
        with open(report, encoding="utf-8") as file:
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
    shown = [{**dict(zip(by, key)), **row} for by, rows in zip(groupings, grouped) for key, row in sorted(rows.items(), key=lambda item: repr(item[0]))]
    print(json.dumps({**counts, "rows": shown}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    # JSON of any size: a number may have as many digits, and a value be nested as deep, as a record has room for.
    sys.set_int_max_str_digits(0)
    sys.setrecursionlimit(5000)
    sys.exit(main())
