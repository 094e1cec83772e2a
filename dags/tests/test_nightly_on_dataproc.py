"""``airflow dags test`` with the Dataproc backend: the same DAG files, the provider's trigger, batches behind the real transport."""

import signal
from collections import deque

import pytest
from airflow_cli import Airflow
from datastreamx_dags import nights
from datastreamx_dags.costs import CostTable
from fake_dataproc import State
from waiting import until

FAILS_FOR_GOOD = [State.FAILED] * 3


@pytest.fixture
def airflow(tmp_path, fake, variable):
    return Airflow(tmp_path / "airflow", variable)


def steps(batches):
    return [batch.labels["dsx-step"] for batch in batches]


def test_a_night_runs_each_step_once_through_a_failure_and_lost_answers(airflow, fake, variable):
    fake.outcomes["validate"] = deque([State.FAILED])
    fake.faults["create"] = deque(["lost", None, "unavailable", "lost"])
    answer = airflow.dags_test("nightly", "2026-11-24")
    assert answer.code == 0, answer.text[-3000:]
    wanted = [step for step in nights.STEPS for _ in range(2 if step == "validate" else 1)]
    assert steps(fake.created) == wanted and steps(fake.deleted) == ["validate"]
    assert set(fake.most_alive.values()) == {1}
    for batch in fake.created:
        assert list(batch.spark_batch.args) == ["--json", "--step", batch.labels["dsx-step"], "--run", "20261124T000000Z"]
    rows = CostTable(variable["costs"]).rows("20261124T000000Z")
    assert len(rows) == 11 and sum(row.dollars for row in rows) == pytest.approx(11 * 0.10)
    assert "run 20261124T000000Z: 1.1000 USD for 11 jobs" in answer.text
    assert {uri for (uri,) in airflow.rows("SELECT a.uri FROM asset_event e JOIN asset a ON a.id = e.asset_id")} == {
        "x-datastreamx://batch/rollups",
        "x-datastreamx://batch/ad_opportunities",
    }
    again = airflow.dags_test("nightly", "2026-11-24")
    assert again.code == 0 and steps(fake.created) == wanted, "the same date again starts nothing"


def test_a_failure_in_learning_holds_back_neither_tables_nor_maintenance(airflow, fake):
    fake.outcomes["train"] = deque(FAILS_FOR_GOOD)
    answer = airflow.dags_test("nightly", "2026-11-24")
    assert answer.code == 1
    states = airflow.task_states("nightly")
    assert {states[step] for step in (*nights.TABLE_STEPS, "maintain")} == {"success"}
    assert states["train"] == states["report"] == "failed" and states["promote"] == "upstream_failed"
    assert "train failed; the tables of this night are in force" in answer.text
    assert "DATASTREAMX ALERT: nightly.train" in answer.text
    assert len(airflow.rows("SELECT 1 FROM asset_event")) == 2


def test_a_failure_before_the_flip_ends_the_night(airflow, fake):
    fake.outcomes["validate"] = deque(FAILS_FOR_GOOD)
    answer = airflow.dags_test("nightly", "2026-11-24")
    assert answer.code == 1
    assert steps(fake.created) == ["seal", "rebuild", "validate", "validate", "validate"]
    assert "validate failed; the version before stays in force" in answer.text
    assert airflow.rows("SELECT 1 FROM asset_event") == []


def test_a_task_that_gets_sigterm_cancels_its_batch(tmp_path, fake, variable):
    """While the answer to its create is on the way: the batch exists, and the task does not know yet."""
    fake.faults["create"] = deque(["held"])
    with Airflow(tmp_path / "airflow", variable, DATASTREAMX_RETRIES="0").start("maintenance", "2026-11-24") as running:
        until(lambda: fake.starts("maintain"), "the batch to be created")
        running.process.send_signal(signal.SIGTERM)
        until(lambda: fake.cancelled, "the batch to be cancelled")
        fake.released.set()
        answer = running.answer()
    assert answer.code == 1 and "dsx-prod-maintain-maintenance-20261124t000000z was cancelled" in answer.text, answer.text[-3000:]
    assert fake.cancelled == ["dsx-prod-maintain-maintenance-20261124t000000z"] and fake.starts("maintain") == 1


def test_a_missing_variable_fails_at_once_and_says_what_to_set(tmp_path, fake):
    airflow = Airflow(tmp_path / "airflow", None)
    answer = airflow.dags_test("maintenance", "2026-11-24")
    assert answer.code == 1 and "AIRFLOW_VAR_DATASTREAMX" in answer.text
    assert airflow.rows("SELECT try_number FROM task_instance WHERE task_id = 'maintain'") == [(1,)]


def test_the_watchdog_submits_and_the_reaper_cancels_through_airflow(airflow, fake):
    """A batch whose owner is a run that Airflow does not know, beside a stream that is meant to run."""
    fake.frozen = True
    watched = airflow.dags_test("speed_watchdog", "2026-11-24")
    assert fake.starts("ingest") == 1, watched.text[-3000:]
    assert "nightly is late" in watched.text
    stray = fake.only("ingest")
    orphan = type(stray).deserialize(type(stray).serialize(stray))
    del orphan.labels["dsx-stream"]
    orphan.labels["dsx-step"] = "rebuild"
    fake.put("orphan", orphan, State.RUNNING, stray.create_time)
    reaped = airflow.dags_test("orphan_reaper", "2026-11-24", {"grace_minutes": 0})
    assert reaped.code == 0, reaped.text[-3000:]
    # The owner in its labels, speed_watchdog.tend, has ended by now.
    assert fake.cancelled == ["orphan"]
