"""What is to be run: a job, the run it belongs to, and the task instance that owns it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Mapping

_LABEL_LENGTH = 63
_BATCH_ID_LENGTH = 63


@dataclass(frozen=True)
class Owner:
    """The task instance that waits for a job. A batch whose owner has ended is an orphan."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int = -1

    def labels(self) -> dict[str, str]:
        """Google's labels hold 63 lower-case letters, digits, dashes and underscores, so the run's name is escaped and cut into pieces."""
        labels = {"dsx-owner": escape(self.dag_id), "dsx-owner-task": escape(self.task_id)}
        escaped = escape(self.run_id)
        for number, start in enumerate(range(0, len(escaped), _LABEL_LENGTH)):
            labels[f"dsx-owner-run-{number}"] = escaped[start : start + _LABEL_LENGTH]
        if self.map_index >= 0:
            labels["dsx-owner-map"] = str(self.map_index)
        return labels

    @staticmethod
    def of_labels(labels: Mapping[str, str]) -> Owner | None:
        """None where a batch says nothing about an owner: somebody submitted it by hand."""
        pieces = []
        while (piece := labels.get(f"dsx-owner-run-{len(pieces)}")) is not None:
            pieces.append(piece)
        if not pieces or "dsx-owner" not in labels or "dsx-owner-task" not in labels:
            return None
        return Owner(
            unescape(labels["dsx-owner"]),
            unescape("".join(pieces)),
            unescape(labels["dsx-owner-task"]),
            int(labels.get("dsx-owner-map", -1)),
        )


@dataclass(frozen=True)
class Job:
    """
    One call of a main class.

    :param name: the program, and the name of its template: ``night``, or a stream such as ``ingest``
    :param step: what it does of it: a step of the night, ``night`` for a whole one, or the stream's name
    :param run: the run of which it is a part, stable under retries; with ``step`` it identifies the job
    :param args: command line of the program
    """

    name: str
    step: str
    run: str
    owner: Owner
    args: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Its run, as labels and the cost table have it."""
        return label(self.run)

    def batch_id(self, environment: str) -> str:
        """The same for every try. 4 to 63 lower-case letters, digits and dashes."""
        wanted = re.sub(r"[^a-z0-9-]", "-", f"dsx-{environment}-{self.step}-{self.run}".lower())
        if len(wanted) <= _BATCH_ID_LENGTH:
            return wanted.rstrip("-")
        digest = hashlib.sha256(wanted.encode()).hexdigest()[:12]
        return f"{wanted[: _BATCH_ID_LENGTH - 13]}-{digest}"


def run_id(dag_run: Any) -> str:
    """
    The batch layer's run id of a DAG run: its logical date, as in ``20261124T020000Z``. A run triggered without one is named by the time after which it
    could start. Both stay the same through retries and clears.
    """
    moment: datetime = dag_run.logical_date or dag_run.run_after
    return moment.astimezone(timezone.utc).strftime("%Y%m%dT%H%M%SZ")


def label(run: str) -> str:
    """A run id as the value of one of Google's labels: at most 63 lower-case letters, digits, dashes and underscores."""
    return re.sub(r"[^a-z0-9_-]", "-", run.lower())[:_LABEL_LENGTH]


def owner(context: Mapping[str, Any]) -> Owner:
    ti = context["ti"]
    return Owner(ti.dag_id, ti.run_id, ti.task_id, ti.map_index if ti.map_index is not None else -1)


def escape(text: str) -> str:
    return "".join(c if re.fullmatch(r"[a-z0-9-]", c) else "".join(f"_{byte:02x}" for byte in c.encode()) for c in text)


def unescape(label: str) -> str:
    return re.sub(rb"_([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), label.encode()).decode()
