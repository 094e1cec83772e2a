"""What the DAGs ask of the place where jobs run. It knows none of those places; ``backends`` chooses one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from airflow.exceptions import AirflowException

from datastreamx_dags.costs import Cost
from datastreamx_dags.jobs import Job
from datastreamx_dags.tasks import TaskState

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
    """Of a job it knows what the place itself tells, and keeps nothing: every call may come from another process."""

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

    def tend(self, stream: Job, handover: timedelta) -> bool:
        """
        Sees to it that a stream runs, with one writer.

        :param stream: what is submitted where it does not run
        :param handover: how long before its ttl it may be ending by itself
        :return: whether it is about to end, so that another look is wanted soon
        :raises JobFailed: where it cannot be started
        """

    def reap(self, task_state: TaskState, grace: timedelta, dry_run: bool) -> list[str]:
        """
        Cancels jobs for which no task waits any more.

        :param grace: jobs younger than this are left alone
        :param dry_run: only name them
        :return: their ids
        """

    def status(self) -> dict | None:
        """What the serving layer says of itself (``ingest_batch``, ``cut``, ``version``, ``lag_records``, ``freshness_ms``); None where it is not configured."""
