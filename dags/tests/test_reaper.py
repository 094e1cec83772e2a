"""The reaper: what nobody waits for goes, everything else stays."""

import datetime as dt
import json
from types import SimpleNamespace

import orphan_reaper
import pytest
from datastreamx_dags import reaper, settings, tasks
from datastreamx_dags.dataproc import DataprocBackend
from datastreamx_dags.jobs import Job, Owner

GRACE = dt.timedelta(minutes=5)
RUN_ID = "scheduled__2026-11-24T02:00:00+00:00"


@pytest.fixture
def backend(fake, variable):
    fake.frozen = True
    return DataprocBackend(settings.parse(variable))


def start(backend, step, **labels):
    owner = Owner("nightly", RUN_ID, step)
    backend.submissions.ensure(Job("night", step, "20261124T020000Z", owner, labels=labels))


def found(backend, states, streams=("ingest",), age=dt.timedelta(hours=1)):
    now = dt.datetime.now(dt.timezone.utc) + age
    return {batch.labels["dsx-step"] for batch, _ in reaper.orphans(backend.submissions.live(), streams, lambda owner: states[owner.task_id], now, GRACE)}


def test_a_batch_goes_when_its_task_has_ended_and_stays_while_it_may_go_on(backend):
    states = {
        "seal": "failed", "rebuild": tasks.GONE, "validate": "success", "publish": "deferred", "flip": "up_for_retry", "train": "queued", "evaluate": None,
        "gate": "running", "promote": "skipped", "maintain": "upstream_failed",
    }  # fmt: skip
    for step in states:
        start(backend, step)
    assert found(backend, states) == {"seal", "rebuild", "validate", "promote", "maintain"}


def test_young_batches_hand_made_ones_and_streams_stay(backend, fake):
    start(backend, "seal")
    assert found(backend, {"seal": "failed"}, age=dt.timedelta(minutes=1)) == set()
    start(backend, "rebuild")
    for key in [key for key in fake.only("rebuild").labels if key.startswith("dsx-owner")]:
        del fake.only("rebuild").labels[key]
    start(backend, "ingest", **{"dsx-stream": "ingest"})
    assert found(backend, {"seal": "failed"}) == {"seal"}


def test_a_stream_that_is_not_configured_any_more_goes(backend):
    start(backend, "routing", **{"dsx-stream": "routing"})
    assert found(backend, {}, streams=("ingest",)) == {"routing"}


def test_a_dry_run_names_what_a_run_cancels(backend, fake, variable, monkeypatch):
    monkeypatch.setenv("AIRFLOW_VAR_DATASTREAMX", json.dumps(variable))
    start(backend, "seal")
    reap, ti = orphan_reaper.dag.task_dict["reap"].python_callable, SimpleNamespace(get_task_states=lambda **_: {})
    assert reap({"grace_minutes": 0, "dry_run": True}, ti) == ["dsx-prod-seal-20261124t020000z"] and fake.cancelled == []
    assert reap({"grace_minutes": 0, "dry_run": False}, ti) == fake.cancelled == ["dsx-prod-seal-20261124t020000z"]


@pytest.mark.parametrize(
    "owner",
    [
        Owner("nightly", RUN_ID, "rebuild"),
        Owner("backfill", "manual__2026-11-24T20:51:13.123456+00:00_Ab1", "night", 12),
        Owner("nightly", "a name of one's own, long: " + "Ünicode ✓ " * 20, "seal"),
    ],
)
def test_labels_name_the_owner_within_googles_rules(owner):
    labels = owner.labels()
    assert Owner.of_labels(labels) == owner
    assert all(len(value) <= 63 and set(value) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_") for value in labels.values())


def test_of_a_batch_without_owner_labels_nothing_is_concluded():
    assert Owner.of_labels({"team": "x"}) is None
