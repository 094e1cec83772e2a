"""Whether what the serving layer says of itself is new enough."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone


def complaint(status: dict, most_seconds: float, now: datetime, most_hours: float) -> str | None:
    """:return: what is stale in what serving says of itself, or None"""
    lag, age = status.get("lag_records"), status.get("freshness_ms")
    if lag and age is not None and age > most_seconds * 1000:
        return f"answers are {age / 1000:.0f} s old and {lag} records behind (allowed: {most_seconds:.0f} s): ingest runs but does not keep up, or serving does not follow"
    night = sealed_at(status.get("version"))
    if night is not None and now - night > timedelta(hours=most_hours):
        return f"the tables in force are of the night of {night:%Y-%m-%d %H:%M} UTC (allowed: {most_hours:.0f} hours): look at the runs of nightly"
    return None


def sealed_at(version: str | None) -> datetime | None:
    """The night of a version, from its name, which holds the run id; None where it was named by hand."""
    found = re.search(r"\d{8}T\d{6}Z", version or "")
    return datetime.strptime(found[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc) if found else None
