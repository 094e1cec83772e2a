"""How people hear of failures and lateness."""

from __future__ import annotations

import logging
import os
from datetime import timedelta

from airflow.sdk.definitions.deadline import AsyncCallback, DeadlineAlert, DeadlineReference

log = logging.getLogger(__name__)
EMAIL = "DATASTREAMX_ALERT_EMAIL"
RETRY_SECONDS = "DATASTREAMX_RETRY_SECONDS"
# By name: the notifier's class is callable but no coroutine, which is all that AsyncCallback would look at. It is part of an installed provider,
# because a managed triggerer has no modules of ours.
_NOTIFIER = "airflow.providers.smtp.notifications.smtp.SmtpNotifier"


def late(dag_id: str, after: timedelta, what_to_do: str) -> DeadlineAlert:
    """A mail when a run has not ended so long after its logical date."""
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_LOGICAL_DATE,
        interval=after,
        callback=AsyncCallback(
            _NOTIFIER,
            kwargs={
                "to": os.environ.get(EMAIL, "datastreamx-operators@localhost"),
                "from_email": os.environ.get(EMAIL, "datastreamx-operators@localhost"),
                "subject": f"DatastreamX: {dag_id} is late",
                "html_content": f"A run of {dag_id} has not ended {after} after its logical date. {what_to_do}",
            },
        ),
    )


def failed(context) -> None:
    """Called when a task has failed for good: ends what it may have left running, and says so in one line that a log-based alert can look for."""
    ti = context["ti"]
    log.error("DATASTREAMX ALERT: %s.%s of %s failed for good: %s", ti.dag_id, ti.task_id, ti.run_id, context.get("exception"))
    job = getattr(context["task"], "job", None)
    if job is None:
        return
    from datastreamx_dags import backend

    try:
        backend.choose().cancel(job(context), "its task failed for good")
    except Exception:
        log.exception("could not look after the job of %s; orphan_reaper will", ti.task_id)


def defaults() -> dict:
    """Arguments of every task."""
    return {
        "owner": "datastreamx-operators",
        "retries": 2,
        "retry_delay": timedelta(seconds=int(os.environ.get(RETRY_SECONDS, "120"))),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=15),
        "on_failure_callback": failed,
    }
