"""Jobs as processes of this machine: the launcher ``dsx``, against a stack that runs under its home."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
import signal
import subprocess
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Iterator

import psutil
from airflow.exceptions import AirflowFailException

from datastreamx_dags import facts
from datastreamx_dags.backend import Done, JobFailed
from datastreamx_dags.costs import Cost, CostTable
from datastreamx_dags.jobs import Job
from datastreamx_dags.settings import LocalSettings
from datastreamx_dags.tasks import TaskState

log = logging.getLogger(__name__)
_GRACE_SECONDS = 20
_STACK = "stack"


@dataclass(frozen=True)
class Ended:
    """
    How a command ended.

    :param exit: the name of the exit code among the facts; empty where it was a signal
    :param report: the last line that was a JSON object
    :param last: the last lines of what it said
    """

    code: int
    exit: str
    report: dict
    last: str


class LocalBackend:
    def __init__(self, settings: LocalSettings):
        self.settings = settings
        self._costs = CostTable(settings.costs)

    def start(self, job: Job) -> Done:
        started = datetime.now(timezone.utc)
        with self._alone(job):
            ended = self._run(_night(job))
        cost = self._record(job, started, "SUCCEEDED" if ended.exit == "ok" else "FAILED")
        if ended.exit == "ok":
            return Done(_summary(ended.report), cost)
        message = _failure(ended.report) or ended.last or f"see {self.settings.home}/logs"
        if ended.exit == "wrong_use":
            raise AirflowFailException(f"dsx batch refused {' '.join(job.args)}: {message}")
        consequence = "the tables of this night are in force" if ended.exit == "learning_failed" else "the version before stays in force"
        raise JobFailed(f"{job.step} of run {job.run} ended with exit code {ended.code}: {message} ({consequence})")

    def finish(self, job: Job) -> Done:
        raise JobFailed(f"{job.step} of run {job.run} was waited for in another environment, and the Variable has changed since; a retry runs it here")

    def cancel(self, job: Job, reason: str) -> bool:
        """Jobs of this process alone: those of another end with it. What dsx starts has a session of its own, so the tree is asked, and after a while made, to end."""
        end = self._command(_night(job))[1:]
        launchers = [child for child in psutil.Process().children() if _command_line(child)[-len(end) :] == end]
        if not launchers:
            return False
        log.warning("ending %s of run %s: %s", job.step, job.run, reason)
        members = [member for launcher in launchers for member in _tree(launcher)]
        for number in (signal.SIGTERM, signal.SIGKILL):
            for member in members:
                _signal(member, number)
            if _ended(members):
                break
        return True

    def spent(self, run: str, jobs: list[Job]) -> list[Cost]:
        return self._costs.rows(run)

    def streams(self) -> list[str]:
        """One supervisor looks after all of them."""
        return [_STACK]

    def status(self) -> dict | None:
        """:raises JobFailed: where no stack runs"""
        ended = self._run(["status", "--json"])
        if ended.exit != "ok" or not ended.report:
            raise JobFailed(f"no stack runs in {self.settings.home}; start it with dsx up --home {self.settings.home}")
        ingest, serving = ended.report["ingest"], ended.report["serving"]
        return {**ingest, **serving, "ingest_batch": ingest["batch"], "processes": ended.report["processes"]}

    def tend(self, stream: Job, handover: timedelta) -> bool:
        """The supervisor restarts what dies; where it is gone itself, the stack is started as it was last in this home. Its lock admits one."""
        ended = self._run(["status", "--json"])
        if ended.exit == "ok":
            dead = [name for name, process in ended.report["processes"].items() if not process["alive"]]
            log.info("the stack runs%s", f"; being restarted: {', '.join(dead)}" if dead else "")
            return False
        if not Path(self.settings.home, "run", "state.json").is_file():
            raise JobFailed(f"there has been no stack in {self.settings.home} yet; start one with dsx up --home {self.settings.home}")
        log.error("the stack in %s does not run; starting it", self.settings.home)
        if self._run(["up"]).exit != "ok":
            raise JobFailed(f"the stack in {self.settings.home} could not be started; see {self.settings.home}/logs/supervisor.log")
        return False

    def reap(self, task_state: TaskState, grace: timedelta, dry_run: bool) -> list[str]:
        log.info("local jobs end with their tasks; there are no orphans")
        return []

    def _command(self, arguments: list[str]) -> list[str]:
        return [self.settings.dsx, arguments[0], "--home", self.settings.home, *arguments[1:]]

    def _run(self, arguments: list[str]) -> Ended:
        command = self._command(arguments)
        log.info("running %s", " ".join(command))
        report: dict = {}
        last: deque[str] = deque(maxlen=3)
        with subprocess.Popen(
            [*_dies_with_us(), *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, start_new_session=True
        ) as process:
            for line in process.stdout:
                report = _json(line) or report
                if not line.startswith("\tat "):
                    last.append(line.strip())
                log.info("%s", line.rstrip())
        return Ended(process.returncode, facts.load().exits.get(process.returncode, ""), report, " ".join(last))

    @contextmanager
    def _alone(self, job: Job) -> Iterator[None]:
        """One job at a time in a home. The kernel frees the lock when its holder ends, however that came about."""
        if not Path(self.settings.home).is_dir():
            raise JobFailed(f"there is nothing in {self.settings.home}; start a stack there with dsx up --home {self.settings.home}")
        with open(Path(self.settings.home, "airflow.lock"), "a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise JobFailed(
                    f"another job is under way in {self.settings.home}: {file.read().strip() or 'unknown'}. "
                    "Wait for it (a retry of this task does) or end it; nothing was started"
                ) from None
            file.truncate(0)
            file.write(f"{job.step} of run {job.run}, process {os.getpid()}")
            file.flush()
            yield

    def _record(self, job: Job, started: datetime, state: str) -> Cost:
        seconds = (datetime.now(timezone.utc) - started).total_seconds()
        identity = f"{job.step}-{started:%Y%m%dT%H%M%S%fZ}"
        cost = Cost(identity, job.label, job.step, "local", state, started.isoformat(), seconds, None, None, 0.0, True)
        self._costs.put(cost)
        return cost


def _dies_with_us() -> list[str]:
    """A prefix by which the kernel ends the process should this one be killed, when nobody is left to cancel it."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def _night(job: Job) -> list[str]:
    return ["batch", *job.args, "--json"]


def _command_line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _tree(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        pass


def _ended(processes: list[psutil.Process]) -> bool:
    """Looks and does not wait for them: the exit code of our own child belongs to who started it, or a killed job would look like one that succeeded."""
    end = time.monotonic() + _GRACE_SECONDS
    while any(_alive(process) for process in processes):
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _json(line: str) -> dict:
    if not line.startswith("{"):
        return {}
    try:
        return json.loads(line)
    except ValueError:
        return {}


def _summary(report: dict) -> str:
    steps = ", ".join(f"{step['step']} {step['status']}" + (f" ({step['message']})" if step.get("message") else "") for step in report.get("steps", []))
    return f"{steps or 'done'}; in force: {report.get('version')}, cut {report.get('cut')}"


def _failure(report: dict) -> str:
    return "; ".join(f"{step['step']}: {step.get('message')}" for step in report.get("steps", []) if step["status"] == "failed")
