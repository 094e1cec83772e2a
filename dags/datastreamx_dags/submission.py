"""One batch for each job: created once however often it is submitted, replaced after a failure, its cost kept."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from typing import Callable

from google.cloud.dataproc_v1 import Batch

from datastreamx_dags import nights, templates
from datastreamx_dags.backend import JobFailed
from datastreamx_dags.batches import ENDED, LIVE, Batches, State
from datastreamx_dags.costs import Cost, CostTable, dollars
from datastreamx_dags.jobs import Job
from datastreamx_dags.settings import DataprocSettings

log = logging.getLogger(__name__)
_LONGEST = timedelta(days=15)
_NIGHT = "night"


class Submissions:
    """:param now: UTC"""

    def __init__(self, settings: DataprocSettings, now: Callable[[], datetime]):
        self.settings = settings
        self.batches = Batches(settings)
        self.now = now
        self.costs = CostTable(settings.costs, settings.gcp_conn_id)

    def id(self, job: Job) -> str:
        return job.batch_id(self.settings.environment)

    def ensure(self, job: Job) -> Batch:
        """Brings the job's batch about, once: attaches to one that lives or has succeeded, replaces one that failed or was cancelled before this call."""
        batch_id = self.id(job)
        body = templates.render(self.settings, job, self.now().date())
        for _ in self._patiently(f"batch {batch_id} stays between states"):
            batch = self.batches.get(batch_id)
            if batch is None:
                self._refuse_second_night(job)
                self.batches.create(batch_id, body)
                return self._await_visible(batch_id)
            if batch.state in LIVE or batch.state == State.SUCCEEDED:
                log.info("attaching to batch %s, %s since %s", batch_id, batch.state.name, batch.state_time)
                return batch
            if batch.state in ENDED:
                self.record(batch)
                log.info("batch %s %s before (%s); deleting it to run it again", batch_id, batch.state.name.lower(), batch.state_message)
                self.batches.delete(batch_id)
        raise AssertionError("unreachable")

    def record(self, batch: Batch) -> Cost:
        """Writes what a batch that ended has cost."""
        usage = batch.runtime_info.approximate_usage
        known = "approximate_usage" in batch.runtime_info
        tiers = {value for key, value in batch.runtime_config.properties.items() if key.endswith(".compute.tier")}
        price, confirmed = dollars(usage.milli_dcu_seconds, usage.shuffle_storage_gb_seconds, "premium" in tiers) if known else (None, False)
        cost = Cost(
            id=batch.uuid,
            run=batch.labels.get("dsx-run", ""),
            step=batch.labels.get("dsx-step", ""),
            environment=self.settings.environment,
            state=batch.state.name,
            started=batch.create_time.isoformat(),
            seconds=(batch.state_time - batch.create_time).total_seconds(),
            milli_dcu_seconds=usage.milli_dcu_seconds if known else None,
            shuffle_storage_gb_seconds=usage.shuffle_storage_gb_seconds if known else None,
            dollars=price,
            confirmed=confirmed,
        )
        log.info("cost of batch %s: %s (prices %s)", self.id_of(batch), cost, "confirmed" if confirmed else "not confirmed by a bill")
        self.costs.put(cost)
        return cost

    def live(self, job_name: str | None = None) -> list[Batch]:
        """Batches of this environment that are under way, the latest first."""
        found = self.batches.since(self.now() - _LONGEST)
        return [b for b in found if b.state not in ENDED and job_name in (None, b.labels.get("dsx-job"))]

    @staticmethod
    def id_of(batch: Batch) -> str:
        return batch.name.rsplit("/", 1)[-1]

    def link(self, batch: Batch) -> str:
        s = self.settings
        return f"https://console.cloud.google.com/dataproc/batches/{s.region}/{self.id_of(batch)}?project={s.project}"

    def _refuse_second_night(self, job: Job) -> None:
        """Two nights at once would rebuild the same tables, and pay for it, twice. Maintenance may run beside one."""
        if job.name != _NIGHT or job.step == nights.MAINTAIN:
            return
        for other in self.live(_NIGHT):
            labels = other.labels
            if labels.get("dsx-run") != job.label and labels.get("dsx-step") != nights.MAINTAIN:
                raise JobFailed(
                    f"another night is under way: batch {self.id_of(other)} of run {labels.get('dsx-run')} is {other.state.name}. "
                    "Wait for it (a retry of this task does) or cancel it; nothing was started"
                )

    def _await_visible(self, batch_id: str) -> Batch:
        for _ in self._patiently(f"batch {batch_id} was created and does not appear"):
            if (batch := self.batches.get(batch_id)) is not None:
                return batch
        raise AssertionError("unreachable")

    def _patiently(self, complaint: str):
        end = time.monotonic() + self.settings.patience_seconds
        while time.monotonic() < end:
            yield
            time.sleep(min(2.0, self.settings.poll_seconds))
        raise JobFailed(f"{complaint}, for {self.settings.patience_seconds:.0f} s by now; a retry looks again")
