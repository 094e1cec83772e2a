"""The watchdog: one writer, alive, succeeded before its ttl, and no crash loop that bills."""

import datetime as dt
from pathlib import Path

import pytest
from datastreamx_dags import freshness, settings, streams
from datastreamx_dags.backend import JobFailed
from datastreamx_dags.jobs import Job, Owner
from datastreamx_dags.submission import Submissions
from fake_dataproc import State
from google.cloud.dataproc_v1 import Batch

START = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.timezone.utc)
TTL = dt.timedelta(days=1)
HANDOVER = dt.timedelta(minutes=90)


class Watch:
    """A watchdog whose clock the test moves."""

    def __init__(self, variable, fake):
        self.now, self.fake, self.variable = START, fake, variable
        self.body = Batch.from_json(Path(variable["templates"], "prod", "ingest.json").read_text())
        self.body.labels.update({"dsx-environment": "prod", "dsx-stream": "ingest", "dsx-job": "ingest", "dsx-step": "ingest"})

    def keeper(self, run="20261124T020000Z"):
        submissions = Submissions(settings.parse(self.variable), lambda: self.now)
        job = Job("ingest", "ingest", run, Owner("speed_watchdog", f"scheduled__{run}", "tend", 0), labels={"dsx-stream": "ingest"})
        return streams.StreamKeeper(submissions, job, HANDOVER)

    def batch(self, name, state, created, ended=None):
        return self.fake.put(name, self.body, state, created, ended)


@pytest.fixture
def watch(variable, fake):
    fake.frozen = True
    return Watch(variable, fake)


def test_a_stream_that_does_not_run_is_submitted_once(watch, fake):
    assert watch.keeper().tend() is None
    assert watch.keeper().tend() is None
    started = fake.only("ingest")
    assert started.name.endswith("dsx-prod-ingest-first-20261124t020000z")
    assert started.labels["dsx-stream"] == "ingest" and fake.starts("ingest") == 1


def test_a_stream_with_time_left_is_left_alone(watch, fake):
    watch.batch("writer-1", State.RUNNING, START)
    watch.now = START + TTL - HANDOVER - dt.timedelta(minutes=1)
    assert watch.keeper().tend() is None
    assert fake.starts("ingest") == 1 and fake.cancelled == []


def test_a_stream_near_its_ttl_is_succeeded_when_it_has_ended(watch, fake):
    writer = watch.batch("writer-1", State.RUNNING, START)
    watch.now = START + TTL - HANDOVER + dt.timedelta(minutes=1)
    assert watch.keeper().tend().uuid == writer.uuid and fake.cancelled == []
    assert fake.starts("ingest") == 1, "no successor while the writer lives"
    writer.state, writer.state_time = State.SUCCEEDED, watch.now
    assert watch.keeper().tend() is None
    assert fake.starts("ingest") == 2 and fake.most_alive["ingest"] == 1


def test_two_runs_of_the_watchdog_that_see_the_same_end_start_one_successor(watch, fake):
    """Both have looked before either submits."""
    watch.batch("writer-1", State.SUCCEEDED, START - TTL, START - dt.timedelta(minutes=1))
    one, other = watch.keeper("20261124T020000Z"), watch.keeper("20261124T020500Z")
    seen_by_both = one._look()
    one._submit(seen_by_both)
    other._submit(seen_by_both)
    assert fake.starts("ingest") == 2 and fake.most_alive["ingest"] == 1


def test_a_stream_that_does_not_end_by_itself_is_cancelled_before_its_ttl(watch, fake):
    watch.batch("writer-1", State.RUNNING, START)
    watch.now = START + TTL - HANDOVER / 2
    assert watch.keeper().tend() is not None
    assert fake.cancelled == ["writer-1"]
    assert watch.keeper().tend() is not None and fake.starts("ingest") == 1, "it is still CANCELLING"
    fake.frozen = False
    watch.keeper()._submissions.batches.get("writer-1")
    fake.frozen = True
    assert watch.keeper().tend() is None
    assert fake.starts("ingest") == 2 and fake.most_alive["ingest"] == 1


def test_of_two_writers_the_younger_goes(watch, fake):
    watch.batch("elder", State.RUNNING, START)
    watch.batch("younger", State.RUNNING, START + dt.timedelta(minutes=10))
    watch.now = START + dt.timedelta(minutes=20)
    assert watch.keeper().tend() is None
    assert fake.cancelled == ["younger"]


def test_a_stream_that_crashed_is_started_again_and_its_cost_kept(watch, fake):
    crashed = watch.batch("crashed", State.FAILED, START - dt.timedelta(minutes=30), START - dt.timedelta(minutes=1))
    watch.keeper().tend()
    assert fake.starts("ingest") == 2
    assert list(Path(watch.variable["costs"]).rglob(f"{crashed.uuid}.json"))


def test_a_crash_loop_ends(watch, fake):
    for number in range(5):
        watch.batch(f"crashed-{number}", State.FAILED, START - dt.timedelta(minutes=50), START - dt.timedelta(minutes=number))
    with pytest.raises(JobFailed, match="ingest ended 5 times within an hour, last FAILED"):
        watch.keeper().tend()
    assert fake.starts("ingest") == 5
    watch.now = START + dt.timedelta(hours=1)
    watch.keeper().tend()
    assert fake.starts("ingest") == 6


def test_other_environments_are_not_ours(watch, fake):
    stranger = watch.batch("staging-ingest", State.RUNNING, START)
    stranger.labels["dsx-environment"] = "staging"
    watch.keeper().tend()
    assert fake.starts("ingest") == 2 and fake.cancelled == []


@pytest.mark.parametrize(
    "status, expected",
    [
        ({"lag_records": 0, "freshness_ms": 9_999_999, "version": None}, None),
        ({"lag_records": 5, "freshness_ms": 1_000, "version": None}, None),
        ({"lag_records": 5, "freshness_ms": 301_000, "version": None}, "301 s old and 5 records behind"),
        ({"lag_records": 0, "freshness_ms": 0, "version": "v0000000007-20261123T020000Z"}, None),
        ({"lag_records": 0, "freshness_ms": 0, "version": "v0000000007-20261122T190000Z"}, "of the night of 2026-11-22 19:00 UTC"),
        ({"lag_records": 0, "freshness_ms": 0, "version": "v0000000007-backfill-20261122T190000Z-7"}, "of the night of 2026-11-22 19:00 UTC"),
        ({"lag_records": 0, "freshness_ms": 0, "version": "v0000000007-by-hand"}, None),
    ],
)
def test_what_is_stale_is_named(status, expected):
    found = freshness.complaint(status, 300, START, 30)
    assert (found is None) if expected is None else (expected in found)
