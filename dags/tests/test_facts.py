"""What is rendered for the DAGs, and what they make of the examples that Java is held to as well."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from airflow.exceptions import AirflowFailException
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


def test_dags_without_their_facts_say_so_in_the_ui(tmp_path):
    """As an import error, which Airflow shows above the list of DAGs."""
    package = tmp_path / "datastreamx_dags"
    package.mkdir()
    for file in (DAGS / "datastreamx_dags").glob("*.py"):
        (package / file.name).write_text(file.read_text())
    nightly = tmp_path / "nightly.py"
    nightly.write_text((DAGS / "nightly.py").read_text())
    answer = subprocess.run([sys.executable, "-W", "ignore", "-c", "import nightly"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True)
    assert answer.returncode != 0 and "Run ./dsx submit --facts" in answer.stderr, answer.stderr[-2000:]


@pytest.mark.parametrize("example", RUN_IDS["times"], ids=lambda example: example["time"])
def test_the_run_id_is_the_logical_date_in_utc(example):
    moment = dt.datetime.fromisoformat(example["time"].replace("Z", "+00:00"))
    assert jobs.run_id(SimpleNamespace(logical_date=moment, run_after=None)) == example["run"]
    assert jobs.run_id(SimpleNamespace(logical_date=None, run_after=moment)) == example["run"]


@pytest.mark.parametrize("example", RUN_IDS["batches"], ids=lambda example: example["id"])
def test_a_run_has_the_batch_and_the_label_that_dsx_submit_gives_it(example):
    job = Job("night", example["step"], example["run"], Owner("nightly", "x", example["step"]))
    assert (job.batch_id(example["environment"]), job.label) == (example["id"], example["label"])
