"""The real ``airflow`` command in a home of its own, with a database of its own."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

DAGS = Path(__file__).resolve().parents[1]
LOCAL_SETTINGS = Path(__file__).resolve().with_name("local_settings")
_PATIENCE_SECONDS = 1200


@dataclass(frozen=True)
class Answer:
    code: int
    text: str


class Running:
    """A command under way; its output goes to a file. Ends with the block that holds it."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path):
        self._log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_) -> None:
        self.process.kill()
        self.process.wait()

    def answer(self) -> Answer:
        return Answer(self.process.wait(_PATIENCE_SECONDS), self._log.read_text())


class Airflow:
    def __init__(self, home: Path, variable: dict | None, **environment: str):
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self._environment = {
            **os.environ,
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
            "DATASTREAMX_RETRY_SECONDS": "1",
            "PYTHONPATH": os.pathsep.join([str(DAGS), str(LOCAL_SETTINGS)]),
            "PYTHONWARNINGS": "ignore",
            **environment,
        }
        if variable is not None:
            self._environment["AIRFLOW_VAR_DATASTREAMX"] = json.dumps(variable)
        shutil.copy(self._migrated(), home / "airflow.db")

    def dags_test(self, dag_id: str, date: str, conf: dict | None = None) -> Answer:
        with self.start(dag_id, date, conf) as running:
            return running.answer()

    def start(self, dag_id: str, date: str, conf: dict | None = None) -> Running:
        """``airflow dags test``, under way."""
        return self._command(["dags", "test", dag_id, date, *(["--conf", json.dumps(conf)] if conf else [])])

    def rows(self, query: str) -> list[tuple]:
        with sqlite3.connect(self.home / "airflow.db") as database:
            return database.execute(query).fetchall()

    def task_states(self, dag_id: str) -> dict[str, str]:
        return dict(self.rows(f"SELECT task_id, state FROM task_instance WHERE dag_id = '{dag_id}'"))

    def _migrated(self) -> Path:
        """Making the tables takes long, so it is done once for an environment."""
        ready = Path(sys.prefix, "airflow.db")
        with ready.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not ready.exists():
                with self._command(["db", "migrate"]) as running:
                    running.answer()
                half = ready.with_suffix(".tmp")
                shutil.copy(self.home / "airflow.db", half)
                half.replace(ready)
        return ready

    def _command(self, arguments: list[str]) -> Running:
        return Running(
            [str(Path(sys.executable).with_name("airflow")), *arguments],
            self._environment,
            self.home / f"{'-'.join(arguments[:4]).replace('/', '_')}.log",
        )
