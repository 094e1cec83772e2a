"""Dollars per job: from Dataproc's own metering and the rendered prices, kept as one small JSON object per job that ran."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from datastreamx_dags import facts
from datastreamx_dags.jobs import label


@dataclass(frozen=True)
class Cost:
    """
    One row of the cost table.

    :param run: its run id, as labels have it
    :param id: unique per job that ran (a batch's uuid): written again, a row replaces itself
    :param dollars: None while the usage is not known; 0 on a machine of one's own
    :param confirmed: whether the prices were seen on a bill
    """

    id: str
    run: str
    step: str
    environment: str
    state: str
    started: str
    seconds: float
    milli_dcu_seconds: int | None
    shuffle_storage_gb_seconds: int | None
    dollars: float | None
    confirmed: bool

    def __str__(self) -> str:
        if self.dollars is None:
            return f"{self.step} {self.state.lower()} after {self.seconds:.0f} s, usage not known yet"
        return f"{self.step} {self.state.lower()} after {self.seconds:.0f} s, {self.dollars:.4f} USD"


def dollars(milli_dcu_seconds: int, shuffle_gb_seconds: int, premium: bool) -> tuple[float, bool]:
    """:return: what that much usage costs, and whether all prices used are confirmed"""
    known = facts.load()
    dcu = known.prices["serverless-dcu-hour-premium" if premium else "serverless-dcu-hour"]
    shuffle = known.prices["serverless-shuffle-gb-month"]
    amount = milli_dcu_seconds / 1000 / 3600 * dcu.price + shuffle_gb_seconds / 3600 / known.hours_per_month * shuffle.price
    return round(amount, 6), dcu.confirmed and shuffle.confirmed


class CostTable:
    """
    Objects ``run=<run>/<id>.json`` below a folder or a ``gs://`` prefix, one row each: written again they change nothing, and BigQuery (an external table),
    DuckDB and jq read them as they lie.
    """

    def __init__(self, root: str, gcp_conn_id: str = "google_cloud_default"):
        self._root = root.rstrip("/")
        self._gcp_conn_id = gcp_conn_id

    def put(self, cost: Cost) -> None:
        content = json.dumps(asdict(cost), sort_keys=True) + "\n"
        path = f"run={cost.run}/{cost.id}.json"
        if self._root.startswith("gs://"):
            bucket, prefix = self._bucket()
            self._hook().upload(bucket, prefix + path, data=content, mime_type="application/json")
            return
        file = Path(self._root, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        half = file.with_suffix(".tmp")
        half.write_text(content)
        half.replace(file)

    def rows(self, run: str) -> list[Cost]:
        """:param run: its id, or its label, by which rows are filed"""
        run = label(run)
        if self._root.startswith("gs://"):
            bucket, prefix = self._bucket()
            hook = self._hook()
            texts = [hook.download(bucket, name).decode() for name in hook.list(bucket, prefix=f"{prefix}run={run}/") or []]
        else:
            texts = [file.read_text() for file in Path(self._root, f"run={run}").glob("*.json")]
        return sorted((Cost(**json.loads(text)) for text in texts), key=lambda cost: cost.started)

    def _bucket(self) -> tuple[str, str]:
        bucket, _, prefix = self._root.removeprefix("gs://").partition("/")
        return bucket, f"{prefix}/" if prefix else ""

    def _hook(self):
        from airflow.providers.google.cloud.hooks.gcs import GCSHook

        return GCSHook(gcp_conn_id=self._gcp_conn_id)
