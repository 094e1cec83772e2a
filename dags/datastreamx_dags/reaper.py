"""Which batches nobody waits for any more."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Iterable, Sequence

from google.cloud.dataproc_v1 import Batch

from datastreamx_dags.batches import LIVE
from datastreamx_dags.jobs import Owner
from datastreamx_dags.tasks import GONE, TaskState

log = logging.getLogger(__name__)
_ENDED_TASK = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})


def orphans(batches: Iterable[Batch], streams: Sequence[str], task_state: TaskState, now: datetime, grace: timedelta) -> list[tuple[Batch, str]]:
    """
    :param batches: of this environment
    :param streams: jobs that are meant to run all the time; the watchdog sees to those
    :param grace: batches younger than this are left alone
    :return: batches to be cancelled, with the reason
    """
    found = []
    for batch in batches:
        if batch.state not in LIVE or now - batch.create_time < grace:
            continue
        stream = batch.labels.get("dsx-stream")
        owner = Owner.of_labels(batch.labels)
        if stream:
            if stream not in streams:
                found.append((batch, f"its stream {stream} is not configured any more"))
        elif owner is None:
            log.warning("%s has no owner label: submitted by hand, left alone", batch.name)
        elif (state := task_state(owner)) in _ENDED_TASK or state == GONE:
            found.append((batch, f"its task {owner.dag_id}.{owner.task_id} of {owner.run_id} is {state}"))
    return found

