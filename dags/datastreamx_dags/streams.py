"""What the watchdog does about a stream: a decision first, from what can be seen, then the deed."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Sequence

from google.cloud.dataproc_v1 import Batch

from datastreamx_dags import templates
from datastreamx_dags.backend import JobFailed
from datastreamx_dags.batches import ENDED, State
from datastreamx_dags.jobs import Job
from datastreamx_dags.submission import Submissions

log = logging.getLogger(__name__)
_WINDOW = timedelta(hours=1)
_MOST_ENDS = 5
_LOOK_BACK = timedelta(days=15)


@dataclass(frozen=True)
class Look:
    """
    What was seen and what follows from it.

    :param writer: the batch that writes now; None where there is none
    :param surplus: batches beside it, which must go: one writer at a time
    :param hand_over: whether the writer is about to end, so that its successor must be at hand
    :param overdue: whether it should have ended by itself, and its ttl is near
    :param ended: batches that ended within the last hour, other than by being cancelled
    :param latest: the youngest batch there is, whatever its state
    """

    writer: Batch | None
    surplus: tuple[Batch, ...]
    hand_over: bool
    overdue: bool
    ended: tuple[Batch, ...]
    latest: Batch | None


def look(batches: Sequence[Batch], now: datetime, handover: timedelta) -> Look:
    """
    The oldest that lives is the writer: it holds the lease, and a younger one is refused by it.

    :param batches: those of one stream, in any order
    :param handover: how long before its ttl a stream may begin to end by itself
    """
    living = sorted((b for b in batches if b.state not in ENDED), key=lambda b: b.create_time)
    ended = tuple(b for b in batches if b.state in (State.FAILED, State.SUCCEEDED) and now - b.state_time < _WINDOW)
    latest = max(batches, key=lambda b: b.create_time, default=None)
    if not living:
        return Look(None, (), False, False, ended, latest)
    writer = living[0]
    limit = templates.ttl(writer)
    left = writer.create_time + limit - now if limit is not None else timedelta.max
    return Look(writer, tuple(living[1:]), left <= handover or writer.state == State.CANCELLING, left <= handover / 2, ended, latest)


class StreamKeeper:
    """:param job: what is submitted when the stream does not run"""

    def __init__(self, submissions: Submissions, job: Job, handover: timedelta):
        self._submissions = submissions
        self._job = job
        self._handover = handover

    def tend(self) -> Batch | None:
        """:return: a batch that is about to end, so that another look is wanted soon; None where the stream runs and goes on running"""
        seen = self._look()
        for batch in seen.surplus:
            log.error("%s has a second writer, %s; cancelling it", self._job.name, self._submissions.id_of(batch))
            if batch.state != State.CANCELLING:
                self._submissions.batches.cancel(batch)
        if seen.writer is None:
            self._submit(seen)
            return None
        if not seen.hand_over:
            log.info("%s runs as batch %s since %s", self._job.name, self._submissions.id_of(seen.writer), seen.writer.create_time)
            return None
        log.info("%s is about to be succeeded: batch %s nears its ttl", self._job.name, self._submissions.id_of(seen.writer))
        if seen.overdue and seen.writer.state != State.CANCELLING:
            log.error("batch %s has not ended by itself; cancelling it, its successor goes on from the checkpoint", self._submissions.id_of(seen.writer))
            self._submissions.batches.cancel(seen.writer)
        return seen.writer

    def _look(self) -> Look:
        now = self._submissions.now()
        found = self._submissions.batches.since(now - _LOOK_BACK)
        return look([b for b in found if b.labels.get("dsx-stream") == self._job.name], now, self._handover)

    def _submit(self, seen: Look) -> None:
        """Under a name made from the batch before it: whoever sees the same end, in this run of the watchdog, its retry or another one, makes the same name."""
        if len(seen.ended) >= _MOST_ENDS:
            last = max(seen.ended, key=lambda b: b.state_time)
            raise JobFailed(
                f"{self._job.name} ended {len(seen.ended)} times within an hour, last {last.state.name}: {last.state_message or 'no message'} "
                f"({last.runtime_info.output_uri or self._submissions.link(last)}). It is not started again before an hour has passed; find the cause first"
            )
        before = {batch.uuid: batch for batch in (*seen.ended, seen.latest) if batch is not None}
        for batch in before.values():
            log.warning("%s ended at %s as %s: %s", self._submissions.id_of(batch), batch.state_time, batch.state.name, batch.state_message)
            self._submissions.record(batch)
        run = f"after-{seen.latest.uuid[:13]}" if seen.latest is not None else f"first-{self._job.run}"
        batch = self._submissions.ensure(replace(self._job, run=run))
        log.info("%s starts as batch %s, from its checkpoint", self._job.name, self._submissions.id_of(batch))
