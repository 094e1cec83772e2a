"""A killed task, and one that failed for good, leave nothing running; a task that resumes in another process goes on with the same batch."""

import datetime as dt
import json
from collections import deque
from types import SimpleNamespace

import pytest
from airflow.exceptions import TaskDeferred
from airflow.sdk.execution_time.context import set_current_context
from datastreamx_dags import alerts
from datastreamx_dags.backend import JobFailed
from datastreamx_dags.operators import NightOperator, StreamOperator
from fake_dataproc import State


def context(task_id="rebuild", map_index=-1):
    return {
        "dag_run": SimpleNamespace(logical_date=dt.datetime(2026, 11, 24, 2, tzinfo=dt.timezone.utc), run_after=None),
        "ti": SimpleNamespace(dag_id="nightly", run_id="scheduled__2026-11-24T02:00:00+00:00", task_id=task_id, map_index=map_index),
    }


@pytest.fixture
def rebuild(fake, variable, monkeypatch):
    monkeypatch.setenv("AIRFLOW_VAR_DATASTREAMX", json.dumps(variable))
    return lambda: NightOperator(task_id="rebuild", step="rebuild")


def test_a_killed_task_cancels_its_batch(rebuild, fake):
    fake.frozen = True
    operator = rebuild()
    with set_current_context(context()):
        with pytest.raises(TaskDeferred) as deferred:
            operator.execute(context())
        assert type(deferred.value.trigger).__module__.startswith("airflow.providers.google.")
        operator.on_kill()
    assert fake.cancelled == ["dsx-prod-rebuild-20261124t020000z"]


def test_a_killed_task_leaves_alone_what_its_operator_ran_before(rebuild, fake):
    """An operator belongs to its DAG: one process may run it for several task instances."""
    fake.frozen = True
    operator, before = rebuild(), context()
    with set_current_context(before), pytest.raises(TaskDeferred):
        operator.execute(before)
    after = {**context(), "dag_run": SimpleNamespace(logical_date=dt.datetime(2026, 11, 25, 2, tzinfo=dt.timezone.utc), run_after=None)}
    with set_current_context(after):
        operator.on_kill()
    operator.on_kill()
    assert fake.cancelled == []


def test_a_task_killed_before_it_did_anything_cancels_nothing(rebuild, fake):
    rebuild().on_kill()
    assert fake.calls == []


def test_a_task_that_failed_for_good_cancels_what_it_left(rebuild, fake):
    fake.frozen = True
    with pytest.raises(TaskDeferred):
        rebuild().execute(context())
    alerts.failed({**context(), "task": rebuild(), "exception": "deferral timed out"})
    assert fake.cancelled == ["dsx-prod-rebuild-20261124t020000z"]


def test_a_deferred_task_resumes_in_another_process(rebuild, fake):
    fake.outcomes["rebuild"] = deque([State.FAILED])
    with pytest.raises(TaskDeferred) as deferred:
        rebuild().execute(context())
    assert deferred.value.method_name == "resume"
    while fake.only("rebuild").state != State.FAILED:
        rebuild()  # nothing of the first operator is needed
        fake._advance(fake.only("rebuild"))
    with pytest.raises(JobFailed, match="AnalysisException"):
        rebuild().resume(context(), {"batch_state": "FAILED"})
    with pytest.raises(TaskDeferred):
        rebuild().execute(context())
    assert fake.starts("rebuild") == 2


def test_mapped_nights_after_the_first_wait_before_they_start(rebuild, fake):
    def night():
        return NightOperator(task_id="night", run_prefix="backfill-", until=7, pause_seconds=600)

    with pytest.raises(TaskDeferred) as pause:
        night().execute(context("night", 1))
    assert pause.value.method_name == "begin" and fake.calls == []
    with pytest.raises(TaskDeferred):
        night().execute(context("night", 0))
    assert list(fake.only("night").spark_batch.args) == ["--json", "--run", "backfill-20261124T020000Z-7", "--until", "7"]


def test_a_stream_that_is_ending_is_looked_at_until_the_watchdogs_next_run(rebuild, fake):
    fake.frozen = True

    def look(looks):
        # Of its ttl, a day, all is left; that is when it may be ending here.
        StreamOperator(task_id="tend", stream="ingest", handover_minutes=24 * 60 + 1).tend(context("tend", 0), looks=looks)

    look(0)
    assert fake.starts("ingest") == 1
    for number in range(8):
        with pytest.raises(TaskDeferred) as again:
            look(number)
        assert (again.value.method_name, again.value.kwargs) == ("tend", {"looks": number + 1})
    look(8)
    assert fake.starts("ingest") == 1 and fake.cancelled == []
