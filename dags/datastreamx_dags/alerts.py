"""How people hear of failures and lateness."""

from __future__ import annotations

import logging
import os
from datetime import datetime, timedelta
from typing import Callable

from croniter import croniter

log = logging.getLogger(__name__)
EMAIL = "DATASTREAMX_ALERT_EMAIL"
RETRIES = "DATASTREAMX_RETRIES"
RETRY_SECONDS = "DATASTREAMX_RETRY_SECONDS"

# When a DAG is due, and how long after that it must have succeeded. Airflow 3.1 has a DeadlineAlert for this; with one, 3.1.7 (what the managed service runs) raises a
# TypeError in its scheduler as soon as a run ends (apache/airflow issues 58560 and 58949), so the watchdog asks instead.
DUE = {
    "nightly": ("0 2 * * *", timedelta(hours=4)),
    "maintenance": ("30 8,14,20 * * *", timedelta(hours=3)),
}

# How many runs of a DAG with this logical date are in one of these states; of all states where there are none given.
CountRuns = Callable[[str, datetime, list[str] | None], int]


def late(now: datetime, count: CountRuns) -> list[str]:
    """:return: a sentence for each DAG whose latest due run has not succeeded in time"""
    found = []
    for dag_id, (schedule, allowed) in DUE.items():
        due = croniter(schedule, now - allowed, ret_type=datetime).get_prev()
        if count(dag_id, due, ["success"]):
            continue
        state = "has not succeeded yet" if count(dag_id, due, None) else "was never started: is the DAG paused, or the scheduler down?"
        found.append(f"{dag_id} is late: its run of {due:%Y-%m-%d %H:%M} UTC, allowed {allowed}, {state}")
    return found


def failed(context) -> None:
    """Called when a task has failed for good: ends what it may have left running, and says so in one line that a log-based alert can look for."""
    ti = context["ti"]
    log.error("DATASTREAMX ALERT: %s.%s of %s failed for good: %s", ti.dag_id, ti.task_id, ti.run_id, context.get("exception"))
    job = getattr(context["task"], "job", None)
    if job is None:
        return
    from datastreamx_dags import backends

    try:
        backends.choose().cancel(job(context), "its task failed for good")
    except Exception:
        log.exception("could not look after the job of %s; orphan_reaper will", ti.task_id)


def defaults() -> dict:
    """Arguments of every task."""
    callbacks = [failed]
    if address := os.environ.get(EMAIL):
        from airflow.providers.smtp.notifications.smtp import SmtpNotifier

        callbacks.append(SmtpNotifier(to=address, from_email=address, subject="DatastreamX: {{ ti.dag_id }}.{{ ti.task_id }} of {{ ti.run_id }} failed"))
    return {
        "owner": "datastreamx-operators",
        "retries": int(os.environ.get(RETRIES, "2")),
        "retry_delay": timedelta(seconds=int(os.environ.get(RETRY_SECONDS, "120"))),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=15),
        "on_failure_callback": callbacks,
    }
