"""Where jobs run. The DAGs know this interface and nothing of what is behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from airflow.exceptions import AirflowException

from datastreamx_dags import settings as configuration
from datastreamx_dags.costs import Cost
from datastreamx_dags.jobs import Job

if TYPE_CHECKING:
    from airflow.triggers.base import BaseTrigger


class JobFailed(AirflowException):
    """The job ran and failed, or ended before its work was done. Retried as the task says."""


@dataclass(frozen=True)
class Waiting:
    """The job runs elsewhere; ``trigger`` fires when it has ended."""

    trigger: BaseTrigger
    timeout: timedelta | None = None


@dataclass(frozen=True)
class Done:
    """The job has succeeded."""

    summary: str
    cost: Cost


class Backend(Protocol):
    def start(self, job: Job) -> Waiting | Done:
        """Sees to it that the job runs, or has run, exactly once. Safe to call again. :raises JobFailed:"""

    def finish(self, job: Job) -> Done:
        """Called after the trigger of :meth:`start` fired. :raises JobFailed:"""

    def cancel(self, job: Job, reason: str) -> bool:
        """Ends the job if it is under way. :return: whether it was"""

    def spent(self, run: str, jobs: list[Job]) -> list[Cost]:
        """What every try of the run's jobs has cost so far, as the cost table has it."""

    def streams(self) -> list[str]:
        """What the watchdog has to see to."""

    def status(self) -> dict | None:
        """What the serving layer says of itself (``ingest_batch``, ``cut``, ``version``, ``lag_records``, ``freshness_ms``); None where it is not configured."""


def choose() -> Backend:
    """The backend that the Variable names."""
    chosen = configuration.load()
    if isinstance(chosen, configuration.LocalSettings):
        from datastreamx_dags.local import LocalBackend

        return LocalBackend(chosen)
    from datastreamx_dags.dataproc import DataprocBackend

    return DataprocBackend(chosen)
