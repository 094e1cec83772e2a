"""Jobs as processes of this machine: the launcher ``dsx``, against a stack that runs under its home."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
import signal
import subprocess
from collections import deque
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Iterator

import psutil
from airflow.exceptions import AirflowFailException

from datastreamx_dags.backend import Done, JobFailed
from datastreamx_dags.costs import Cost, CostTable
from datastreamx_dags.jobs import Job
from datastreamx_dags.settings import LocalSettings

log = logging.getLogger(__name__)
_WRONG_USE = 2
_LEARNING_FAILED = 3
_GRACE_SECONDS = 20
_STACK = "stack"


class LocalBackend:
    def __init__(self, settings: LocalSettings):
        self.settings = settings
        self._costs = CostTable(settings.costs)
        self._process: subprocess.Popen | None = None
        self._last_lines: deque[str] = deque(maxlen=3)

    def start(self, job: Job) -> Done:
        started = datetime.now(timezone.utc)
        with self._alone(job):
            code, report = self._run(["batch", *job.args, "--json"])
        cost = self._record(job, started, "SUCCEEDED" if code == 0 else "FAILED")
        if code == 0:
            return Done(_summary(report), cost)
        message = _failure(report) or " ".join(self._last_lines) or f"see {self.settings.home}/logs"
        if code == _WRONG_USE:
            raise AirflowFailException(f"dsx batch refused {' '.join(job.args)}: {message}")
        consequence = "the tables of this night are in force" if code == _LEARNING_FAILED else "the version before stays in force"
        raise JobFailed(f"{job.step} of run {job.run} ended with exit code {code}: {message} ({consequence})")

    def finish(self, job: Job) -> Done:
        raise JobFailed(f"{job.step} of run {job.run} was waited for in another environment, and the Variable has changed since; a retry runs it here")

    def cancel(self, job: Job, reason: str) -> bool:
        """The night that dsx starts has a session of its own, so the tree is asked, and after a while made, to end."""
        process = self._process
        if process is None or process.poll() is not None:
            return False
        log.warning("ending %s of run %s: %s", job.step, job.run, reason)
        try:
            children = psutil.Process(process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return False
        for number in (signal.SIGTERM, signal.SIGKILL):
            for member in [process, *children]:
                _signal(member, number)
            if _ended(process, children):
                break
        return True

    def spent(self, run: str, jobs: list[Job]) -> list[Cost]:
        return self._costs.rows(run)

    def streams(self) -> list[str]:
        """One supervisor looks after all of them."""
        return [_STACK]

    def status(self) -> dict | None:
        """:raises JobFailed: where no stack runs"""
        code, status = self._run(["status", "--json"])
        if code != 0 or not status:
            raise JobFailed(f"no stack runs in {self.settings.home}; start it with dsx up --home {self.settings.home}")
        return {**status["ingest"], **status["serving"], "ingest_batch": status["ingest"]["batch"], "processes": status["processes"]}

    def tend(self) -> None:
        """The supervisor restarts what dies; where it is gone itself, the stack is started as it was last in this home. Its lock admits one."""
        code, status = self._run(["status", "--json"])
        if code == 0:
            dead = [name for name, process in status["processes"].items() if not process["alive"]]
            log.info("the stack runs%s", f"; being restarted: {', '.join(dead)}" if dead else "")
            return
        if not Path(self.settings.home, "run", "state.json").is_file():
            raise JobFailed(f"there has been no stack in {self.settings.home} yet; start one with dsx up --home {self.settings.home}")
        log.error("the stack in %s does not run; starting it", self.settings.home)
        code, _ = self._run(["up"])
        if code != 0:
            raise JobFailed(f"the stack in {self.settings.home} could not be started; see {self.settings.home}/logs/supervisor.log")

    def _run(self, arguments: list[str]) -> tuple[int, dict]:
        """:return: exit code, and the last line that was a JSON object"""
        command = [self.settings.dsx, arguments[0], "--home", self.settings.home, *arguments[1:]]
        log.info("running %s", " ".join(command))
        report: dict = {}
        self._last_lines.clear()
        self._process = subprocess.Popen(
            [*_dies_with_us(), *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, start_new_session=True
        )
        with self._process as process:
            for line in process.stdout:
                report = _json(line) or report
                if not line.startswith("\tat "):
                    self._last_lines.append(line.strip())
                log.info("%s", line.rstrip())
        return process.returncode, report

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
        cost = Cost(identity, job.run.lower(), job.step, "local", state, started.isoformat(), seconds, None, None, 0.0, True)
        self._costs.put(cost)
        return cost


def _dies_with_us() -> list[str]:
    """A prefix by which the kernel ends the process should this one be killed, when nobody is left to cancel it."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def _signal(process: subprocess.Popen | psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        pass


def _ended(process: subprocess.Popen, children: list[psutil.Process]) -> bool:
    """Our own child is waited for by its own object: psutil would take its exit code away, and a killed job would then look like one that succeeded."""
    _, alive = psutil.wait_procs(children, timeout=_GRACE_SECONDS)
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return not alive


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
