"""The real ``airflow`` command in a home of its own, with a database of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

DAGS = Path(__file__).resolve().parents[1]
_PATIENCE_SECONDS = 1200


@dataclass(frozen=True)
class Answer:
    code: int
    text: str

    def states(self) -> dict[str, str]:
        """Last state of each task that was run."""
        return dict(re.findall(r"Task instance state updated.*?new_state=(\w+).*?task_id=(\w+)", self.text))


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
            "PYTHONWARNINGS": "ignore",
            **environment,
        }
        if variable is not None:
            self._environment["AIRFLOW_VAR_DATASTREAMX"] = json.dumps(variable)
        shutil.copy(self._migrated(), home / "airflow.db")

    def dags_test(self, dag_id: str, date: str, conf: dict | None = None) -> Answer:
        arguments = ["dags", "test", dag_id, date, *(["--conf", json.dumps(conf)] if conf else [])]
        return self._run(arguments)

    def rows(self, query: str) -> list[tuple]:
        with sqlite3.connect(self.home / "airflow.db") as database:
            return database.execute(query).fetchall()

    def task_states(self, dag_id: str) -> dict[str, str]:
        return dict(self.rows(f"SELECT task_id, state FROM task_instance WHERE dag_id = '{dag_id}'"))

    def _migrated(self) -> Path:
        """Making the tables takes long, so it is done once for an environment."""
        ready = Path(sys.prefix, "airflow.db")
        if not ready.exists():
            self._run(["db", "migrate"])
            half = ready.with_suffix(".tmp")
            shutil.copy(self.home / "airflow.db", half)
            half.replace(ready)
        return ready

    def _run(self, arguments: list[str]) -> Answer:
        done = subprocess.run(
            [str(Path(sys.executable).with_name("airflow")), *arguments],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_PATIENCE_SECONDS,
        )
        (self.home / f"{'-'.join(arguments[:4]).replace('/', '_')}.log").write_text(done.stdout)
        return Answer(done.returncode, done.stdout)
