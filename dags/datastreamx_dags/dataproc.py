"""Jobs as batches of Dataproc Serverless. Every call looks first at the one batch that carries the job's id."""

from __future__ import annotations

import json
import logging
import urllib.request
from datetime import datetime, timedelta, timezone
from typing import Callable

from google.cloud.dataproc_v1 import Batch

from datastreamx_dags import reaper, templates
from datastreamx_dags.backend import Done, JobFailed, Waiting
from datastreamx_dags.batches import ENDED, LIVE, State
from datastreamx_dags.costs import Cost
from datastreamx_dags.jobs import Job
from datastreamx_dags.settings import DataprocSettings
from datastreamx_dags.streams import StreamKeeper
from datastreamx_dags.submission import Submissions
from datastreamx_dags.tasks import TaskState

log = logging.getLogger(__name__)


class DataprocBackend:
    """:param now: UTC; passed in so that tests can move it"""

    def __init__(self, settings: DataprocSettings, now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)):
        self.settings = settings
        self.submissions = Submissions(settings, now)
        self._batches = self.submissions.batches

    def start(self, job: Job) -> Waiting | Done:
        batch = self.submissions.ensure(job)
        log.info("batch %s is %s: %s", self.submissions.id_of(batch), batch.state.name, self.submissions.link(batch))
        if batch.state == State.SUCCEEDED:
            return self._done(batch)
        limit = templates.ttl(batch)
        return Waiting(self._trigger(batch), limit + timedelta(hours=1) if limit else None)

    def finish(self, job: Job) -> Done:
        batch = self._batches.get(self.submissions.id(job))
        if batch is None:
            raise JobFailed(f"batch {self.submissions.id(job)} was deleted while it was waited for; a retry runs it again")
        if batch.state == State.SUCCEEDED:
            return self._done(batch)
        self.submissions.record(batch)
        if batch.state in ENDED:
            word = "was cancelled" if batch.state == State.CANCELLED else "failed"
            raise JobFailed(
                f"batch {self.submissions.id(job)} {word}: {batch.state_message or 'no message'}. The driver's log: "
                f"{batch.runtime_info.output_uri or self.submissions.link(batch)}. A retry deletes the batch and runs it again"
            )
        raise JobFailed(f"batch {self.submissions.id(job)} is {batch.state.name} although it was reported to have ended; a retry attaches to it")

    def cancel(self, job: Job, reason: str) -> bool:
        batch = self._batches.get(self.submissions.id(job))
        if batch is None or batch.state not in LIVE:
            return False
        log.warning("cancelling batch %s: %s", self.submissions.id(job), reason)
        self._batches.cancel(batch)
        return True

    def spent(self, run: str, jobs: list[Job]) -> list[Cost]:
        """The usage is metered some time after the end, so the batches are looked at once more."""
        for job in jobs:
            batch = self._batches.get(self.submissions.id(job))
            if batch is not None and batch.state in ENDED:
                self.submissions.record(batch)
        return self.submissions.costs.rows(run)

    def streams(self) -> list[str]:
        return list(self.settings.streams)

    def tend(self, stream: Job, handover: timedelta) -> bool:
        return StreamKeeper(self.submissions, stream, handover).tend() is not None

    def reap(self, task_state: TaskState, grace: timedelta, dry_run: bool) -> list[str]:
        found = reaper.orphans(self.submissions.live(), self.settings.streams, task_state, self.submissions.now(), grace)
        for batch, reason in found:
            log.warning("%s %s: %s", "would cancel" if dry_run else "cancelling", self.submissions.id_of(batch), reason)
            if not dry_run:
                self._batches.cancel(batch)
        return [self.submissions.id_of(batch) for batch, _ in found]

    def status(self) -> dict | None:
        if not self.settings.serving_url:
            return None
        request = urllib.request.Request(self.settings.serving_url.rstrip("/") + "/v1/status")
        if request.type == "https":
            request.add_header("Authorization", f"Bearer {self._identity_token()}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def _trigger(self, batch: Batch):
        """The provider's own: a managed triggerer has no modules of ours."""
        from airflow.providers.google.cloud.triggers.dataproc import DataprocBatchTrigger

        return DataprocBatchTrigger(
            batch_id=self.submissions.id_of(batch),
            project_id=self.settings.project,
            region=self.settings.region,
            gcp_conn_id=self.settings.gcp_conn_id,
            polling_interval_seconds=self.settings.poll_seconds,
        )

    def _done(self, batch: Batch) -> Done:
        cost = self.submissions.record(batch)
        return Done(f"batch {self.submissions.id_of(batch)} succeeded", cost)

    def _identity_token(self) -> str:
        from google.auth.transport.requests import Request
        from google.oauth2 import id_token

        return id_token.fetch_id_token(Request(), self.settings.serving_url)
