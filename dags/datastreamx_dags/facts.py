"""What the DAGs go by and do not repeat: steps, tables, exit codes, prices and runtimes, as ``dsx submit`` renders them from the project's own sources."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Mapping

from airflow.exceptions import AirflowFailException

FILE = Path(__file__).with_name("facts.json")
_RENDER = "./dsx submit --facts dags/datastreamx_dags/facts.json"


class FactsError(AirflowFailException):
    """The file is missing or of another version. A retry would not help."""


@dataclass(frozen=True)
class Step:
    """:param part: of a night: ``tables``, ``learning`` or ``maintenance``; ``rollback`` is of none"""

    name: str
    part: str


@dataclass(frozen=True)
class Price:
    """:param confirmed: whether it was seen on a bill"""

    price: float
    unit: str
    source: str
    date: str
    confirmed: bool


@dataclass(frozen=True)
class Runtime:
    """
    A runtime of Dataproc Serverless.

    :param spark: its Spark line
    :param supported_until: the last day of Google's support
    """

    spark: str
    supported_until: date


@dataclass(frozen=True)
class Facts:
    """
    :param steps: in their order
    :param tables: what a flip brings into force
    :param exits: names of exit codes
    :param hours_per_month: of a price per month
    """

    steps: tuple[Step, ...]
    tables: tuple[str, ...]
    exits: Mapping[int, str]
    hours_per_month: int
    prices: Mapping[str, Price]
    runtimes: Mapping[str, Runtime]

    def steps_of(self, part: str) -> tuple[str, ...]:
        return tuple(step.name for step in self.steps if step.part == part)


def load(file: Path | None = None) -> Facts:
    """
    :param file: default: the one beside this module
    :raises FactsError: saying which command to run
    """
    file = file or FILE
    try:
        return _parse(json.loads(file.read_text()))
    except FileNotFoundError:
        raise FactsError(
            f"there is no {file}. Run {_RENDER} at the project's root; for an environment on Google Cloud, copy the facts.json that dsx submit --render writes there"
        ) from None
    except (ValueError, KeyError, TypeError) as e:
        raise FactsError(f"{file} is not what these DAGs read ({type(e).__name__}: {e}). Render it again with this version: {_RENDER}") from e


def _parse(value: Mapping[str, Any]) -> Facts:
    return Facts(
        steps=tuple(Step(**step) for step in value["steps"]),
        tables=tuple(value["tables"]),
        exits={code: name for name, code in value["exit_codes"].items()},
        hours_per_month=value["prices"]["hours_per_month"],
        prices={item: Price(**price) for item, price in value["prices"]["items"].items()},
        runtimes={version: Runtime(runtime["spark"], date.fromisoformat(runtime["supported_until"])) for version, runtime in value["runtimes"].items()},
    )
