"""A job on Dataproc: through retries, lost answers and kills it runs once, and never unseen."""

import asyncio
import datetime as dt
from collections import deque
from dataclasses import replace
from pathlib import Path

import grpc
import pytest
from airflow.exceptions import AirflowException, AirflowFailException
from datastreamx_dags import settings
from datastreamx_dags.backend import Done, JobFailed, Waiting
from datastreamx_dags.dataproc import DataprocBackend
from datastreamx_dags.jobs import Job, Owner
from fake_dataproc import State

NOW = dt.datetime.now(dt.timezone.utc)
RUN = "20261124T020000Z"


def job(step="rebuild", run=RUN, run_id="scheduled__2026-11-24T02:00:00+00:00"):
    return Job("night", step, run, Owner("nightly", run_id, step), ("--step", step, "--run", run))


@pytest.fixture
def backend(fake, variable):
    return DataprocBackend(settings.parse(variable), now=lambda: NOW)


def with_template(variable, folder, change):
    """A backend whose template of the night is another text."""
    text = Path(variable["templates"], "prod", "night.json").read_text()
    templates = folder / "templates"
    (templates / "prod").mkdir(parents=True)
    (templates / "prod" / "night.json").write_text(change(text))
    return DataprocBackend(settings.parse({**variable, "templates": str(templates)}), now=lambda: NOW)


def run_to_end(backend, what):
    """What a task does, its trigger run as the triggerer would."""
    outcome = backend.start(what)
    if isinstance(outcome, Done):
        return outcome

    async def first_event():
        async for event in outcome.trigger.run():
            return event

    asyncio.run(asyncio.wait_for(first_event(), 60))
    return backend.finish(what)


def test_a_step_becomes_one_batch_from_its_template(backend, fake):
    done = run_to_end(backend, job())
    batch = fake.only("rebuild")
    assert batch.name.endswith("/batches/dsx-prod-rebuild-20261124t020000z")
    assert list(batch.spark_batch.args) == ["--json", "--step", "rebuild", "--run", RUN]
    assert batch.spark_batch.main_class == "io.datastreamx.batch.NightMain"
    assert {k: batch.labels[k] for k in ("team", "dsx-run", "dsx-step", "dsx-owner", "dsx-environment")} == {
        "team": "datastreamx",
        "dsx-run": "20261124t020000z",
        "dsx-step": "rebuild",
        "dsx-owner": "nightly",
        "dsx-environment": "prod",
    }
    assert batch.environment_config.execution_config.authentication_config.user_workload_authentication_type.name == "SERVICE_ACCOUNT"
    assert done.cost.milli_dcu_seconds == 3_600_000


def test_dollars_come_from_the_usage_and_the_price_file(backend, fake):
    done = run_to_end(backend, job())
    # One DCU-hour at 0.06, and one GB for a month of 730 hours at 0.04.
    assert done.cost.dollars == pytest.approx(0.06 + 0.04)
    assert not done.cost.confirmed
    assert [row.id for row in backend.spent(RUN, [job()])] == [fake.only("rebuild").uuid]


def test_a_batch_of_the_premium_tier_has_its_price(variable, fake, tmp_path):
    premium = '"properties": {"spark.dataproc.driver.compute.tier": "premium", '
    done = run_to_end(with_template(variable, tmp_path, lambda text: text.replace('"properties": {', premium)), job())
    assert done.cost.dollars == pytest.approx(0.089 + 0.04)


def test_usage_that_is_metered_later_replaces_its_row(backend, fake):
    fake.unmetered_looks = 2
    assert run_to_end(backend, job()).cost.dollars is None
    rows = backend.spent(RUN, [job()])
    assert [row.dollars for row in rows] == [pytest.approx(0.10)]


def test_a_failed_batch_is_deleted_before_the_retry_and_its_cost_kept(backend, fake):
    fake.outcomes["rebuild"] = deque([State.FAILED])
    with pytest.raises(JobFailed, match="AnalysisException.*driveroutput"):
        run_to_end(backend, job())
    run_to_end(backend, job())
    assert fake.starts("rebuild") == 2 and len(fake.deleted) == 1
    assert fake.most_alive["rebuild"] == 1
    assert sorted((row.state, row.dollars) for row in backend.spent(RUN, [job()])) == [("FAILED", pytest.approx(0.10)), ("SUCCEEDED", pytest.approx(0.10))]


def test_a_cancelled_batch_is_replaced_once_it_has_ended(backend, fake):
    fake.frozen = True
    backend.start(job())
    assert backend.cancel(job(), "test")
    fake_batch = fake.only("rebuild")
    assert fake_batch.state == State.CANCELLING
    fake.frozen = False
    run_to_end(backend, job())
    assert fake.starts("rebuild") == 2 and fake.most_alive["rebuild"] == 1
    assert fake.deleted[0].uuid == fake_batch.uuid
    assert [row.state for row in backend.spent(RUN, [job()])] == ["CANCELLED", "SUCCEEDED"]


@pytest.mark.parametrize("looks", [0, 1])
def test_a_running_batch_is_attached_to(backend, fake, looks):
    """Whether PENDING or RUNNING: a second try, in another process, starts nothing."""
    backend.start(job())
    for _ in range(looks):
        backend.submissions.batches.get("dsx-prod-rebuild-20261124t020000z")
    second = DataprocBackend(backend.settings, now=lambda: NOW)
    run_to_end(second, job())
    assert fake.starts("rebuild") == 1


def test_a_batch_that_has_succeeded_is_not_run_again(backend, fake):
    run_to_end(backend, job())
    assert isinstance(backend.start(job()), Done)
    assert fake.starts("rebuild") == 1


@pytest.mark.parametrize("faults", [["lost"], ["unavailable", "lost"], ["unavailable", "unavailable", "lost", "unavailable"]])
def test_a_lost_answer_to_create_starts_nothing_twice(backend, fake, faults):
    fake.faults["create"] = deque(faults)
    run_to_end(backend, job())
    assert fake.starts("rebuild") == 1


def test_an_answer_lost_for_the_whole_try_is_found_by_the_next(variable, fake):
    """All of a try's patience is used up, and yet the batch exists."""
    hasty = DataprocBackend(settings.parse({**variable, "patience_seconds": 0.5}), now=lambda: NOW)
    fake.faults["create"] = deque(["lost"] + ["unavailable"] * 500)
    with pytest.raises(AirflowException, match="no answer|503"):
        hasty.start(job())
    fake.faults["create"].clear()
    run_to_end(DataprocBackend(settings.parse(variable), now=lambda: NOW), job())
    assert fake.starts("rebuild") == 1


def test_a_batch_that_another_process_creates_meanwhile_is_attached_to(backend, fake):
    """It is not there when looked for, and there when it is to be created."""
    backend.start(job())
    fake.invisible_looks = 1
    run_to_end(DataprocBackend(backend.settings, now=lambda: NOW), job())
    assert fake.starts("rebuild") == 1 and fake.calls.count("create") == 2


def test_a_batch_that_appears_late_is_waited_for(backend, fake):
    fake.faults["get"] = deque([grpc.StatusCode.NOT_FOUND, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.NOT_FOUND])
    run_to_end(backend, job())
    assert fake.starts("rebuild") == 1


@pytest.mark.parametrize("method", ["get", "delete", "cancel"])
def test_passing_errors_are_waited_out(backend, fake, method):
    fake.outcomes["rebuild"] = deque([State.FAILED])
    with pytest.raises(JobFailed):
        run_to_end(backend, job())
    fake.faults[method] = deque(["unavailable", "unavailable"])
    backend.start(job())
    fake.frozen = True
    backend.cancel(job(), "test")
    assert not fake.faults[method]
    assert fake.cancelled == ["dsx-prod-rebuild-20261124t020000z"]


def test_a_lost_answer_to_delete_does_not_delete_the_successor(backend, fake):
    fake.outcomes["rebuild"] = deque([State.FAILED])
    with pytest.raises(JobFailed):
        run_to_end(backend, job())
    fake.faults["delete"] = deque(["lost"])
    run_to_end(backend, job())
    assert fake.starts("rebuild") == 2 and len(fake.deleted) == 1


def test_cancelling_what_has_ended_or_never_was_does_nothing(backend, fake):
    assert not backend.cancel(job(), "test")
    run_to_end(backend, job())
    assert not backend.cancel(job(), "test")
    assert fake.cancelled == []


def test_a_batch_cancelled_from_outside_fails_the_task(backend, fake):
    outcome = backend.start(job())
    assert isinstance(outcome, Waiting) and outcome.timeout == dt.timedelta(hours=5)
    fake.outcomes["rebuild"] = deque([State.CANCELLED])
    with pytest.raises(JobFailed, match="was cancelled"):
        run_to_end(backend, job())


def test_a_second_night_is_refused_while_one_is_under_way(backend, fake):
    fake.frozen = True
    backend.start(job("rebuild"))
    other = job("seal", run="20261125T020000Z", run_id="manual__x")
    with pytest.raises(JobFailed, match="another night is under way.*20261124t020000z.*nothing was started"):
        backend.start(other)
    assert fake.starts("seal") == 0
    backend.start(job("maintain", run="maintenance-20261124T083000Z"))
    assert fake.starts("maintain") == 1
    fake.frozen = False
    run_to_end(backend, job("rebuild"))
    run_to_end(backend, other)


def test_a_rollback_is_a_step_like_the_others_and_waits_for_the_night_under_way(backend, fake):
    fake.frozen = True
    backend.start(job("flip"))
    rollback = job("rollback", run="rollback-1", run_id="manual__x")
    with pytest.raises(JobFailed, match="another night is under way.*nothing was started"):
        backend.start(rollback)
    fake.frozen = False
    run_to_end(backend, job("flip"))
    run_to_end(backend, rollback)
    assert list(fake.only("rollback").spark_batch.args) == ["--json", "--step", "rollback", "--run", "rollback-1"]


def test_only_this_environments_batches_count_and_all_pages_are_read(backend, fake):
    fake.frozen = True
    for number in range(5):
        backend.start(job(f"step{number}"))
    stranger = fake.only("step0")
    stranger.labels["dsx-environment"] = "staging"
    assert sorted(b.labels["dsx-step"] for b in backend.submissions.live()) == ["step1", "step2", "step3", "step4"]


def test_expired_credentials_say_what_to_do(backend, fake):
    fake.faults["get"] = deque([grpc.StatusCode.UNAUTHENTICATED])
    with pytest.raises(AirflowException, match="google_cloud_default were refused.*renew the key.*clear this task"):
        backend.start(job())
    assert fake.starts("rebuild") == 0


def test_missing_permission_says_which_role(backend, fake):
    fake.faults["create"] = deque([grpc.StatusCode.PERMISSION_DENIED])
    with pytest.raises(AirflowFailException, match="roles/dataproc.editor"):
        backend.start(job())


def test_a_region_that_does_not_exist_says_so(variable, fake):
    wrong = settings.parse({**variable, "region": "us-centrall1", "patience_seconds": 1, "templates": variable["templates"]})
    backend = DataprocBackend(wrong, now=lambda: NOW)
    with pytest.raises(AirflowException, match="us-centrall1"):
        backend.submissions.batches.get("anything")


def test_a_refused_body_names_the_template(backend, fake):
    bad = replace(job(), labels={"Dsx": "not a label"})
    with pytest.raises(AirflowFailException, match="invalid label Dsx.*Correct the template"):
        backend.start(bad)


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda text: text.replace("14400s", "") and text.replace('"ttl": "14400s",', ""), "ttl"),
        (lambda text: text.replace("us-central1/subnetworks", "europe-west1/subnetworks"), "not in us-central1"),
        (lambda text: text.replace('"version": "3.0"', '"version": "1.1"'), "runtime 1.1.*known to work are"),
        (lambda text: text.replace("sparkBatch", "sparkBach"), "not a Batch of the Dataproc API"),
        (lambda text: text.replace('"mainClass": "io.datastreamx.batch.NightMain",', ""), "mainClass"),
    ],
)
def test_templates_that_would_go_wrong_are_refused_before_anything_starts(variable, fake, tmp_path, change, message):
    backend = with_template(variable, tmp_path, change)
    with pytest.raises(settings.SettingsError, match=message):
        backend.start(job())
    assert fake.calls == []


def test_a_runtime_that_lost_its_support_is_refused(variable, fake):
    backend = DataprocBackend(settings.parse(variable), now=lambda: dt.datetime(2027, 2, 1, tzinfo=dt.timezone.utc))
    with pytest.raises(settings.SettingsError, match="lost its support on 2027-01-31"):
        backend.start(job())
    assert fake.calls == []


def test_a_missing_template_says_how_to_render_it(variable, fake):
    backend = DataprocBackend(settings.parse(variable), now=lambda: NOW)
    with pytest.raises(settings.SettingsError, match="dsx submit train-gpu --env prod"):
        backend.start(replace(job(), name="train-gpu"))
