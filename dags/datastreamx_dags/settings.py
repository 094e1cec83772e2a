"""The one Airflow Variable, ``datastreamx``: where the jobs of this environment run."""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from airflow.exceptions import AirflowFailException
from airflow.sdk import Variable

VARIABLE = "datastreamx"
_PROJECT = Path(__file__).resolve().parents[2]
_REGION = re.compile(r"[a-z]+-[a-z]+[0-9]+")
_ENVIRONMENT = re.compile(r"[a-z][a-z0-9-]{0,19}")
_EXAMPLES = {
    "local": '{"backend": "local", "home": "/var/lib/dsx"}',
    "dataproc": '{"backend": "dataproc", "environment": "prod", "project": "my-project", "region": "us-central1", '
    '"templates": "/home/airflow/gcs/data/datastreamx", "costs": "gs://my-bucket/costs"}',
}


class SettingsError(AirflowFailException):
    """The Variable is missing or wrong. A retry would not help, so the task fails at once."""


@dataclass(frozen=True)
class LocalSettings:
    """
    Jobs are processes of this machine.

    :param home: the folder of the stack, as in ``dsx --home``
    :param dsx: the launcher; default: the one beside this folder
    :param costs: folder of the cost table; default: below the home
    """

    home: str
    dsx: str = str(_PROJECT / "dsx")
    costs: str = ""

    def __post_init__(self):
        if not Path(self.home).is_absolute():
            raise _wrong("home", self.home, "an absolute path")
        if not Path(self.dsx).is_file():
            raise _wrong("dsx", self.dsx, "the path of the launcher dsx, and there is no such file")
        if not self.costs:
            object.__setattr__(self, "costs", str(Path(self.home) / "costs"))


@dataclass(frozen=True)
class DataprocSettings:
    """
    Jobs are batches of Dataproc Serverless.

    :param environment: name of the environment, a folder below ``templates``; batches carry it as a label
    :param templates: folder with ``<environment>/<job>.json``, as ``dsx submit`` renders them
    :param costs: where the cost table lies: ``gs://bucket/path``, or a folder
    :param streams: jobs that run all the time; the watchdog sees to them
    :param serving_url: root of the serving layer's API, by which freshness is judged; empty: it is not
    :param poll_seconds: between two looks at a batch
    :param patience_seconds: how long an API that does not answer, or a batch that is neither here nor gone, is waited for
    """

    environment: str
    project: str
    region: str
    templates: str
    costs: str
    gcp_conn_id: str = "google_cloud_default"
    streams: tuple[str, ...] = ()
    serving_url: str = ""
    poll_seconds: float = 30
    patience_seconds: float = 300

    def __post_init__(self):
        if not _ENVIRONMENT.fullmatch(self.environment):
            raise _wrong("environment", self.environment, "1 to 20 lower-case letters, digits and dashes")
        if not _REGION.fullmatch(self.region):
            raise _wrong("region", self.region, "a region such as us-central1 (not a zone)")
        if not Path(self.templates, self.environment).is_dir():
            raise _wrong(
                "templates",
                self.templates,
                f"a folder with a sub-folder '{self.environment}' of rendered jobs; render them with dsx submit and copy them there",
            )
        if not (self.costs.startswith("gs://") or Path(self.costs).is_absolute()):
            raise _wrong("costs", self.costs, "gs://bucket/path or an absolute folder")
        object.__setattr__(self, "streams", tuple(self.streams))


_BACKENDS = {"local": LocalSettings, "dataproc": DataprocSettings}


def load() -> LocalSettings | DataprocSettings:
    """Reads the Variable. Only tasks call this; a DAG file never does."""
    text = Variable.get(VARIABLE, default=None)
    if text is None:
        raise SettingsError(f"the Airflow Variable '{VARIABLE}' is not set. {_how()}")
    try:
        return parse(json.loads(text))
    except json.JSONDecodeError as e:
        raise SettingsError(f"the Airflow Variable '{VARIABLE}' is not JSON: {e}. {_how()}") from e


def parse(value: Any) -> LocalSettings | DataprocSettings:
    if not isinstance(value, dict):
        raise SettingsError(f"the Airflow Variable '{VARIABLE}' is not a JSON object. {_how()}")
    given = dict(value)
    backend = given.pop("backend", None)
    if backend not in _BACKENDS:
        raise SettingsError(f"the Airflow Variable '{VARIABLE}' names the backend {backend!r}; there are {', '.join(_BACKENDS)}. {_how()}")
    known = {f.name: f for f in fields(_BACKENDS[backend])}
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise SettingsError(f"the Airflow Variable '{VARIABLE}' has unknown keys {', '.join(unknown)}; backend {backend} knows {', '.join(known)}")
    missing = [name for name, f in known.items() if f.default is MISSING and name not in given]
    if missing:
        raise SettingsError(f"the Airflow Variable '{VARIABLE}' lacks {', '.join(missing)}. Example: {_EXAMPLES[backend]}")
    for name, text in given.items():
        kind = type(known[name].default) if known[name].default is not MISSING else str
        if kind is str and not isinstance(text, str):
            raise _wrong(name, text, "text")
        if kind is tuple and not (isinstance(text, list) and all(isinstance(item, str) for item in text)):
            raise _wrong(name, text, "a list of names")
        if kind in (int, float) and not (isinstance(text, (int, float)) and not isinstance(text, bool) and text > 0):
            raise _wrong(name, text, "a positive number")
    return _BACKENDS[backend](**given)


def _wrong(key: str, value: Any, expected: str) -> SettingsError:
    return SettingsError(f"the Airflow Variable '{VARIABLE}' has {key}={value!r}, which should be {expected}")


def _how() -> str:
    return "Set it (Admin, Variables, or the environment variable AIRFLOW_VAR_DATASTREAMX) to, for example, " + " or ".join(_EXAMPLES.values())
