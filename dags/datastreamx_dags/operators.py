"""The operators of the DAGs. They know jobs and a backend, not what is behind it, and hold nothing of a run: an operator belongs to its DAG, not to one task instance."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Sequence

from airflow.sdk import BaseOperator, get_current_context

from datastreamx_dags import backends, jobs
from datastreamx_dags.backend import Done, Waiting
from datastreamx_dags.costs import Cost
from datastreamx_dags.jobs import Job

# Together less than the five minutes between two runs of the watchdog.
_LOOKS, _BETWEEN_LOOKS = 8, timedelta(seconds=30)


class NightOperator(BaseOperator):
    """
    One job of the batch layer.

    :param step: a step of the night; empty: a whole night
    :param run_prefix: goes before the run id, where the runs of this DAG are not those of ``nightly``
    :param until: last ingest batch to cover (templated); empty: the last complete one
    :param pause_seconds: waited before the start of all but the first of mapped tasks (templated)
    """

    template_fields: Sequence[str] = ("until", "pause_seconds")

    def __init__(self, *, step: str = "", run_prefix: str = "", until: str | int = "", pause_seconds: str | int = 0, **kwargs):
        super().__init__(**kwargs)
        self.step = step
        self.run_prefix = run_prefix
        self.until = until
        self.pause_seconds = pause_seconds

    def job(self, context) -> Job:
        run = self.run_prefix + jobs.run_id(context["dag_run"])
        until = "" if str(self.until) == "None" else str(self.until)
        if until and not self.step:
            run = f"{run}-{until}"  # one DAG run has several such nights
        step = ["--step", self.step] if self.step else []
        cut = ["--until", until] if until else []
        return Job("night", self.step or "night", run, jobs.owner(context), (*step, "--run", run, *cut))

    def execute(self, context) -> dict[str, Any]:
        if int(self.pause_seconds or 0) > 0 and context["ti"].map_index > 0:
            from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger

            self.defer(trigger=TimeDeltaTrigger(timedelta(seconds=int(self.pause_seconds))), method_name="begin")
        return self.begin(context)

    def begin(self, context, event: Any = None) -> dict[str, Any]:
        outcome = backends.choose().start(self.job(context))
        if isinstance(outcome, Waiting):
            self.defer(trigger=outcome.trigger, method_name="resume", timeout=outcome.timeout)
        return self._report(outcome)

    def resume(self, context, event: Any = None) -> dict[str, Any]:
        return self._report(backends.choose().finish(self.job(context)))

    def on_kill(self) -> None:
        try:
            context = get_current_context()
        except RuntimeError:
            return  # killed before it began
        backends.choose().cancel(self.job(context), "its task was killed")

    def _report(self, done: Done) -> dict[str, Any]:
        self.log.info("%s; %s", done.summary, done.cost)
        return {"summary": done.summary, "dollars": done.cost.dollars, "seconds": done.cost.seconds}


def total(costs: list[Cost]) -> str:
    """What the tries of a run cost together, and what of it is not known yet."""
    known = [cost.dollars for cost in costs if cost.dollars is not None]
    text = f"{sum(known):.4f} USD for {len(costs)} jobs"
    unknown = len(costs) - len(known)
    return f"{text}, {unknown} of them not metered yet" if unknown else text


class StreamOperator(BaseOperator):
    """
    Sees to it that one stream runs, with one writer, and is succeeded before its ttl.

    :param stream: its name, as the backend's :meth:`~datastreamx_dags.backend.Backend.streams` has it
    :param handover_minutes: how long before its ttl it may be ending by itself; at half of that it is cancelled (templated)
    """

    template_fields: Sequence[str] = ("stream", "handover_minutes")

    def __init__(self, *, stream: str, handover_minutes: str | int = 90, **kwargs):
        super().__init__(**kwargs)
        self.stream = stream
        self.handover_minutes = handover_minutes

    def execute(self, context) -> None:
        self.tend(context)

    def tend(self, context, event: Any = None, looks: int = 0) -> None:
        """While a stream is about to end it is looked at again and again, until the watchdog's next run does."""
        job = Job(self.stream, self.stream, jobs.run_id(context["dag_run"]), jobs.owner(context), labels={"dsx-stream": self.stream})
        if backends.choose().tend(job, timedelta(minutes=int(self.handover_minutes))) and looks < _LOOKS:
            from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger

            self.defer(trigger=TimeDeltaTrigger(_BETWEEN_LOOKS), method_name="tend", kwargs={"looks": looks + 1})
