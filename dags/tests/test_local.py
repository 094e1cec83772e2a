"""Jobs on one machine, with a script in the place of ``dsx``: what its exit codes mean, one at a time, and none outlives its task."""

import json
import os
import signal
import subprocess
import sys
import threading

import psutil
import pytest
from airflow.exceptions import AirflowFailException
from datastreamx_dags import settings
from datastreamx_dags.backend import JobFailed
from datastreamx_dags.costs import CostTable
from datastreamx_dags.jobs import Job, Owner
from datastreamx_dags.local import LocalBackend
from waiting import until

JOB = Job("night", "seal", "20261124T020000Z", Owner("nightly", "manual", "seal"), ("--step", "seal", "--run", "20261124T020000Z"))
# As the launcher does it: the work is a child in a session of its own.
ENDLESS = 'echo $$ >"$3/launcher"\nsetsid setpriv --pdeathsig TERM sh -c \'echo $$ >"$0/work"; exec sleep 3600\' "$3" &\nwait'
KILLED_OUTRIGHT = """
import json, sys
from datastreamx_dags import settings
from datastreamx_dags.local import LocalBackend
from test_local import JOB
LocalBackend(settings.parse(json.loads(sys.argv[1]))).start(JOB)
"""


@pytest.fixture
def variable(tmp_path):
    """The launcher is called as ``dsx batch --home HOME …``."""
    launcher = tmp_path / "dsx"
    home = tmp_path / "home"
    home.mkdir()
    launcher.touch(0o755)
    return {"backend": "local", "home": str(home), "dsx": str(launcher)}


@pytest.fixture
def backend(variable, tmp_path):
    def launching(script: str) -> LocalBackend:
        (tmp_path / "dsx").write_text(f"#!/bin/sh\n{script}\n")
        return LocalBackend(settings.parse(variable))

    yield launching
    for process in processes(tmp_path / "home"):
        process.kill()


def processes(home) -> list[psutil.Process]:
    """Launcher and work that are alive."""
    found = []
    for name in ("launcher", "work"):
        try:
            process = psutil.Process(int((home / name).read_text()))
        except (OSError, ValueError, psutil.NoSuchProcess):
            continue
        if process.status() != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def report(status: str, message: str | None = None) -> str:
    return "echo '" + json.dumps({"version": "v7", "cut": 7, "steps": [{"step": "seal", "status": status, "message": message}]}) + "'"


def test_a_job_that_succeeds_says_what_is_in_force_and_leaves_a_row(backend, variable):
    done = backend(f'echo "$@"\n{report("done")}').start(JOB)
    assert done.summary == "seal done; in force: v7, cut 7"
    [row] = CostTable(f"{variable['home']}/costs").rows(JOB.run)
    assert (row.step, row.state, row.dollars) == ("seal", "SUCCEEDED", 0.0)


@pytest.mark.parametrize(
    "code, error, message",
    [
        (1, JobFailed, "exit code 1: seal: no batch yet .the version before stays in force"),
        (2, AirflowFailException, "dsx batch refused --step seal"),
        (3, JobFailed, "exit code 3: .*the tables of this night are in force"),
    ],
)
def test_a_job_that_fails_says_why_and_leaves_a_row(backend, variable, code, error, message):
    with pytest.raises(error, match=message):
        backend(f"{report('failed', 'no batch yet')}\nexit {code}").start(JOB)
    assert [row.state for row in CostTable(f"{variable['home']}/costs").rows(JOB.run)] == ["FAILED"]


def test_a_job_that_is_ended_has_failed_and_nothing_of_it_lives_on(backend, variable, tmp_path):
    endless, failures = backend(ENDLESS), []

    def run():
        try:
            endless.start(JOB)
        except JobFailed as e:
            failures.append(str(e))

    task = threading.Thread(target=run, daemon=True)
    task.start()
    until(lambda: len(processes(tmp_path / "home")) == 2, "the work to begin")
    with pytest.raises(JobFailed, match="another job is under way in .*seal of run 20261124T020000Z.*nothing was started"):
        LocalBackend(settings.parse({**variable, "dsx": "/bin/true"})).start(JOB)
    # The work may have begun before its starter has got hold of it.
    until(lambda: endless.cancel(JOB, "test"), "the job to be ended")
    assert processes(tmp_path / "home") == []
    task.join()
    assert "exit code -15" in failures[0]


def test_a_job_ends_with_a_task_that_is_killed_outright(backend, variable, tmp_path):
    backend(ENDLESS)
    path = os.pathsep.join(sys.path)
    task = subprocess.Popen([sys.executable, "-W", "ignore", "-c", KILLED_OUTRIGHT, json.dumps(variable)], env={**os.environ, "PYTHONPATH": path})
    until(lambda: len(processes(tmp_path / "home")) == 2, "the work to begin")
    task.send_signal(signal.SIGKILL)
    task.wait()
    until(lambda: not processes(tmp_path / "home"), "the job to end")
