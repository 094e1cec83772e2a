"""Bad input: each error says what is wrong and what to do."""

import datetime as dt

import backfill
import pytest
from airflow.exceptions import AirflowSkipException
from datastreamx_dags import alerts, costs, plans, settings
from datastreamx_dags.settings import SettingsError, parse

UTC = dt.timezone.utc


def test_a_missing_variable_shows_how_to_set_it(monkeypatch):
    monkeypatch.delenv("AIRFLOW_VAR_DATASTREAMX", raising=False)
    with pytest.raises(SettingsError, match='not set.*AIRFLOW_VAR_DATASTREAMX.*"backend": "local".*"backend": "dataproc"'):
        settings.load()


def test_a_variable_that_is_not_json_says_so(monkeypatch):
    monkeypatch.setenv("AIRFLOW_VAR_DATASTREAMX", "{backend: local}")
    with pytest.raises(SettingsError, match="is not JSON"):
        settings.load()


@pytest.mark.parametrize(
    "change, message",
    [
        ({"backend": "databricks"}, "backend 'databricks'; there are local, dataproc"),
        ({"backend": None}, "backend None"),
        ({"colour": "red"}, "unknown keys colour; backend dataproc knows environment, project"),
        ({"project": ...}, "lacks project"),
        ({"region": "us-central1-a"}, "region='us-central1-a'.*not a zone"),
        ({"region": 5}, "region=5, which should be text"),
        ({"environment": "Prod!"}, "environment='Prod!'"),
        ({"environment": "staging"}, "sub-folder 'staging' of rendered jobs; render them with dsx submit"),
        ({"costs": "somewhere"}, "costs='somewhere', which should be gs://"),
        ({"streams": "ingest"}, "streams='ingest', which should be a list"),
        ({"poll_seconds": 0}, "poll_seconds=0, which should be a positive number"),
    ],
)
def test_wrong_values_are_named(variable, change, message):
    given = {key: value for key, value in {**variable, **change}.items() if value is not ...}
    with pytest.raises(SettingsError, match=message):
        parse(given)


def test_a_local_home_is_absolute_and_the_launcher_exists():
    with pytest.raises(SettingsError, match="home='.dsx'.*absolute"):
        parse({"backend": "local", "home": ".dsx"})
    with pytest.raises(SettingsError, match="no such file"):
        parse({"backend": "local", "home": "/x", "dsx": "/nowhere/dsx"})
    assert parse({"backend": "local", "home": "/x"}).dsx.endswith("/dsx")


def test_premium_compute_costs_more():
    assert costs.dollars(3_600_000, 0, True)[0] > costs.dollars(3_600_000, 0, False)[0] == pytest.approx(0.06)


@pytest.mark.parametrize(
    "given, expected",
    [
        ((None, None, 1, {"cut": 4, "ingest_batch": 10}), [10]),
        ((None, None, 3, {"cut": 4, "ingest_batch": 10}), [6, 8, 10]),
        ((None, None, 1, {"cut": None, "ingest_batch": 3}), [3]),
        ((7, 9, 31, {}), [8, 9]),
        ((-1, 1000, 31, {}), [n * 1001 // 31 - 1 for n in range(1, 32)]),
    ],
)
def test_a_backfill_divides_its_range(given, expected):
    assert plans.cuts(*given) == expected


@pytest.mark.parametrize(
    "given, message",
    [
        ((None, None, 1, {"cut": 10, "ingest_batch": 10}), "nothing to do"),
        ((9, 7, 1, {}), "nothing to do"),
        ((None, None, 1, {"cut": None, "ingest_batch": None}), "is ingest running"),
        ((None, 9, 1, None), "give from_batch and until_batch"),
    ],
)
def test_a_backfill_without_a_range_says_why(given, message):
    with pytest.raises(ValueError, match=message):
        plans.cuts(*given)


def test_a_dry_run_of_a_backfill_says_what_would_run():
    plan = backfill.dag.task_dict["plan"].python_callable
    params = {"from_batch": 0, "until_batch": 4, "nights": 2, "dry_run": True}
    with pytest.raises(AirflowSkipException, match="2 nights would run, up to ingest batches 2, 4"):
        plan(params)
    assert plan({**params, "dry_run": False}) == [2, 4]


def test_lateness_names_the_run():
    succeeded = {("nightly", dt.datetime(2026, 11, 23, 2, tzinfo=UTC)), ("maintenance", dt.datetime(2026, 11, 23, 20, 30, tzinfo=UTC))}
    running = {("nightly", dt.datetime(2026, 11, 24, 2, tzinfo=UTC))}

    def count(dag_id, due, states):
        return int((dag_id, due) in (succeeded if states else succeeded | running))

    assert alerts.late(dt.datetime(2026, 11, 24, 5, 59, tzinfo=UTC), count) == []
    assert alerts.late(dt.datetime(2026, 11, 24, 6, 1, tzinfo=UTC), count) == [
        "nightly is late: its run of 2026-11-24 02:00 UTC, allowed 4:00:00, has not succeeded yet"
    ]
    assert "was never started" in alerts.late(dt.datetime(2026, 11, 24, 12, 0, tzinfo=UTC), count)[1]
