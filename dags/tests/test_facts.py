"""What is rendered for the DAGs, and what they make of the examples that Java is held to as well."""

import datetime as dt
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import datastreamx_dags
import pytest
from airflow.exceptions import AirflowFailException
from airflow.models.dagbag import DagBag
from datastreamx_dags import facts, jobs, nights
from datastreamx_dags.jobs import Job, Owner

DAGS = Path(__file__).resolve().parents[1]
RUN_IDS = json.loads((DAGS.parent / "contract" / "run-ids.json").read_text())


def test_a_night_is_made_of_the_rendered_steps():
    assert nights.STEPS == ("seal", "rebuild", "validate", "publish", "flip", "train", "evaluate", "gate", "promote", "maintain")
    assert nights.LEARNING_STEPS == ("train", "evaluate", "gate", "promote")


def test_the_exit_codes_that_a_job_is_judged_by_are_there():
    assert {"ok", "wrong_use", "learning_failed"} <= set(facts.load().exits.values())


def test_prices_have_source_date_and_whether_they_are_confirmed():
    prices = facts.load().prices
    assert {"serverless-dcu-hour", "serverless-dcu-hour-premium", "serverless-shuffle-gb-month"} <= set(prices)
    for name, price in prices.items():
        assert price.price > 0 and price.source and dt.date.fromisoformat(price.date) and isinstance(price.confirmed, bool), name


@pytest.mark.parametrize(
    "content, message",
    [
        (None, "there is no .*facts.json. Run ./dsx submit --facts dags/datastreamx_dags/facts.json at the project's root; .*dsx submit --render"),
        ("{", "is not what these DAGs read .*./dsx submit --facts"),
        ("[]", "is not what these DAGs read .*./dsx submit --facts"),
        ('{"steps": [{"name": "seal"}]}', "is not what these DAGs read .*./dsx submit --facts"),
    ],
)
def test_facts_that_are_missing_or_of_another_version_say_which_command_to_run(tmp_path, content, message):
    file = tmp_path / "facts.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(AirflowFailException, match=message):
        facts.load(file)


def test_dags_without_their_facts_say_so_in_the_ui(tmp_path, monkeypatch):
    """As an import error, which Airflow shows above the list of DAGs."""
    monkeypatch.setattr(facts, "FILE", tmp_path / "facts.json")
    monkeypatch.delitem(sys.modules, "datastreamx_dags.nights")
    monkeypatch.delattr(datastreamx_dags, "nights")
    bag = DagBag(DAGS / "nightly.py", include_examples=False)
    assert not bag.dags
    [error] = bag.import_errors.values()
    assert "Run ./dsx submit --facts" in error


@pytest.mark.parametrize("example", RUN_IDS["times"], ids=lambda example: example["time"])
def test_the_run_id_is_the_logical_date_in_utc(example):
    moment = dt.datetime.fromisoformat(example["time"].replace("Z", "+00:00"))
    assert jobs.run_id(SimpleNamespace(logical_date=moment, run_after=None)) == example["run"]
    assert jobs.run_id(SimpleNamespace(logical_date=None, run_after=moment)) == example["run"]


@pytest.mark.parametrize("example", RUN_IDS["batches"], ids=lambda example: example["id"])
def test_a_run_has_the_batch_and_the_label_that_dsx_submit_gives_it(example):
    job = Job("night", example["step"], example["run"], Owner("nightly", "x", example["step"]))
    assert (job.batch_id(example["environment"]), job.label) == (example["id"], example["label"])
