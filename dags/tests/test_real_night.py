"""A real night on real tables: the stack of ``dsx up``, a simulated history, ``airflow dags test``. The tests build on each other, in this order."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import pytest
from airflow_cli import Airflow
from datastreamx_dags import nights, settings
from datastreamx_dags.backend import JobFailed
from datastreamx_dags.costs import CostTable
from datastreamx_dags.jobs import Job, Owner
from datastreamx_dags.local import LocalBackend
from waiting import PATIENCE_SECONDS, until

ROOT = Path(__file__).resolve().parents[2]
# Whose programs run: those of a copy, where a build is under way beside the tests that compiles these anew.
PROGRAMS = Path(os.environ.get("DSX_PROGRAMS", ROOT))
# Enough for a model to be trained. Within an hour, as boxes report what they show all the time.
REQUESTS, HISTORY = 3000, dt.timedelta(hours=1)


class Stack:
    def __init__(self, home: Path):
        self.home = home
        self.variable = {"backend": "local", "home": str(home), "dsx": str(PROGRAMS / "dsx")}
        self._http = ""

    def dsx(self, *arguments: str, expect: int = 0) -> str:
        done = subprocess.run([PROGRAMS / "dsx", arguments[0], "--home", self.home, *arguments[1:]], capture_output=True, text=True, timeout=PATIENCE_SECONDS)
        assert done.returncode == expect, f"dsx {' '.join(arguments)}: {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        return done.stdout

    def up(self) -> None:
        # What a night needs nothing of starts small.
        small = ("routing.warm-up-requests=1000", "dispatch.warm-up-decisions=50", "edge.warm-up-requests=50", "dispatch.processes=1")
        self._http = json.loads(self.dsx("up", "--json", *(argument for one in small for argument in ("--set", one))))["http"]

    def status(self) -> dict:
        """What serving says of itself; asking dsx for it takes a JVM each time."""
        with urllib.request.urlopen(f"{self._http}/v1/status", timeout=PATIENCE_SECONDS) as answer:
            return json.load(answer)

    def send(self, seed: int) -> int:
        """:return: records sent; returns when serving answers for all of them"""
        file = self.home / f"history-{seed}.jsonl"
        start = dt.datetime.now(dt.timezone.utc) - HISTORY
        self.dsx("simulate", "--history", str(file), "--from", f"{start:%Y-%m-%dT%H:%M:%SZ}", "--count", str(REQUESTS), "--seed", str(seed))
        sent = json.loads(self.dsx("send", str(file), "--json"))["sent"]
        until(lambda: self.status()["lag_records"] == 0, "serving to catch up")
        return sent

    def requests(self, view: str) -> int:
        """Requests that the view counts."""
        rows = json.loads(self.dsx("report", "--by", "channel_id", "--measures", "requests", "--view", view, "--json"))["rows"]
        return sum(row["requests"] for row in rows)

    def serves(self, version: str | None) -> None:
        until(lambda: self.status()["version"] == version, f"serving to follow to {version}")

    def commits(self) -> int:
        """Of the table that says which version is in force."""
        return len(list((self.home / "lake" / "versions" / "_delta_log").glob("*.json")))

    def nights(self) -> list[psutil.Process]:
        """Processes of this home's batch layer."""
        return [p for p in psutil.process_iter(["cmdline"]) if {"io.datastreamx.batch.NightMain", f"-Ddatastreamx.home={self.home}"} <= set(p.info["cmdline"] or [])]


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    started = Stack(tmp_path_factory.mktemp("stack"))
    os.environ.setdefault("DSX_BUILD", "never")
    # Each step is a JVM of some seconds, of which the optimizing compiler would be half.
    os.environ["JDK_JAVA_OPTIONS"] = "-XX:TieredStopAtLevel=1"
    started.up()
    yield started
    started.dsx("down")


@pytest.fixture(scope="module")
def airflow(stack, tmp_path_factory):
    return Airflow(tmp_path_factory.mktemp("airflow"), stack.variable, DATASTREAMX_RETRIES="0")


@pytest.fixture(scope="module")
def backend(stack):
    return LocalBackend(settings.parse(stack.variable))


def job(step, run):
    return Job("night", step, run, Owner("nightly", "manual", step), ("--step", step, "--run", run))


def test_a_home_without_a_stack_says_how_to_start_one(tmp_path):
    with pytest.raises(JobFailed, match="seal of run x ended with exit code 1.*dsx up"):
        LocalBackend(settings.parse({"backend": "local", "home": str(tmp_path), "dsx": str(PROGRAMS / "dsx")})).start(job("seal", "x"))


def test_a_cut_that_the_log_has_not_reached_is_an_error_that_says_so(stack, airflow):
    until(lambda: stack.status()["ingest_batch"] >= 0, "the first ingest batch")
    answer = airflow.dags_test("nightly", "2026-11-23", {"until": 999_999})
    assert answer.code == 1
    assert "--until 999999 lies beyond the last complete ingest batch" in answer.text, answer.text[-6000:]
    assert airflow.task_states("nightly")["rebuild"] == "upstream_failed"
    assert stack.status()["version"] is None


def test_a_night_brings_its_tables_into_force(stack, airflow):
    sent = stack.send(seed=1)
    assert sent > REQUESTS and stack.requests("batch") == 0
    answer = airflow.dags_test("nightly", "2026-11-24")
    assert answer.code == 0, answer.text[-3000:]
    status = json.loads(stack.dsx("status", "--json"))
    stack.serves(f"v{status['ingest']['batch']:010d}-20261124T000000Z")
    assert stack.requests("batch") == stack.requests("merged") >= REQUESTS
    assert {file.stem for file in (stack.home / "lake/runs/20261124T000000Z").glob("*.json")} == set(nights.STEPS)
    assert [row.step for row in CostTable(str(stack.home / "costs")).rows("20261124T000000Z")] == list(nights.STEPS)
    assert len(airflow.rows("SELECT 1 FROM asset_event")) == 2


def test_the_same_night_again_changes_nothing(stack, airflow):
    before, commits = stack.status()["version"], stack.commits()
    answer = airflow.dags_test("nightly", "2026-11-24")
    assert answer.code == 0, answer.text[-3000:]
    assert all(f"{step} already" in answer.text for step in nights.STEPS)
    assert (stack.status()["version"], stack.commits()) == (before, commits)


def test_a_failure_before_the_flip_leaves_the_night_before_in_force(stack, airflow):
    stack.send(seed=2)
    before, commits, counted = stack.status()["version"], stack.commits(), stack.requests("merged")
    rollups = stack.home / "lake" / "batch" / "rollups"
    there = set(rollups.glob("day=*/*.parquet"))
    for step in ("seal", "rebuild"):
        stack.dsx("batch", "--step", step, "--run", "20261125T000000Z")
    built = set(rollups.glob("day=*/*.parquet")) - there
    assert built
    for file in built:
        file.unlink()
    answer = airflow.dags_test("nightly", "2026-11-25")
    assert answer.code == 1
    assert "validate failed; the version before stays in force" in answer.text
    assert (stack.status()["version"], stack.commits(), stack.requests("merged")) == (before, commits, counted)


def test_a_step_of_a_night_that_is_not_sealed_says_what_to_run(backend):
    with pytest.raises(JobFailed, match="step seal of run 20261126T000000Z is not finished; run it first"):
        backend.start(job("rebuild", "20261126T000000Z"))


def test_a_step_that_does_not_exist_is_not_retried(backend):
    with pytest.raises(Exception, match="there is no step 'polish'"):
        backend.start(job("polish", "20261126T000000Z"))


def test_a_backfill_prints_its_plan_then_makes_up_for_the_night(stack, airflow):
    before, last = stack.status()["version"], stack.status()["ingest_batch"]
    dry = airflow.dags_test("backfill", "2026-11-26")
    assert dry.code == 0 and f"dry run: 1 nights would run, up to ingest batches {last}" in dry.text
    assert stack.status()["version"] == before
    done = airflow.dags_test("backfill", "2026-11-27", {"dry_run": False, "pause_minutes": 0})
    assert done.code == 0, done.text[-3000:]
    stack.serves(f"v{last:010d}-backfill-20261127T000000Z-{last}")
    assert stack.requests("batch") == stack.requests("merged") >= 2 * REQUESTS


def test_a_task_that_gets_sigterm_ends_its_night(stack, airflow, backend):
    with airflow.start("maintenance", "2026-11-28") as running:
        until(stack.nights, "the night to start")
        with pytest.raises(JobFailed, match="another job is under way in .*maintain of run maintenance-20261128T000000Z.*nothing was started"):
            backend.start(job("seal", "20261129T000000Z"))
        running.process.send_signal(signal.SIGTERM)
        answer = running.answer()
    assert stack.nights() == [] and answer.code == 1
    assert "ending maintain of run maintenance-20261128T000000Z: its task was killed" in answer.text
    assert "maintain of run maintenance-20261128T000000Z ended with exit code" in answer.text


def test_a_night_ends_with_a_task_that_is_killed_outright(stack):
    code = f"""
import sys; sys.path[:0] = {[str(ROOT / "dags")]!r}
from datastreamx_dags import settings; from datastreamx_dags.jobs import Job, Owner; from datastreamx_dags.local import LocalBackend
LocalBackend(settings.parse({stack.variable!r})).start(Job("night", "maintain", "x", Owner("d", "r", "t"), ("--step", "maintain", "--run", "20261130T000000Z")))
"""
    task = subprocess.Popen([sys.executable, "-W", "ignore", "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(stack.nights, "the night to start")
    task.send_signal(signal.SIGKILL)
    task.wait()
    until(lambda: not stack.nights(), "the night to end")


def test_the_watchdog_finds_the_stack_fresh_and_a_night_late(stack, airflow):
    answer = airflow.dags_test("speed_watchdog", f"{dt.date.today():%Y-%m-%d}")
    states = airflow.task_states("speed_watchdog")
    assert states["streams"] == states["tend"] == "success" and states["lateness"] == "failed"
    assert "the stack runs" in answer.text and "nightly is late" in answer.text
