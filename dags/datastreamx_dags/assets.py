"""The published tables as Airflow assets, for other teams' DAGs: ``schedule=[TABLES["rollups"]]``, or by name: ``Asset(name="datastreamx_rollups")``."""

from airflow.sdk import Asset

from datastreamx_dags.nights import PUBLISHED_TABLES

TABLES = {
    table: Asset(name=f"datastreamx_{table}", uri=f"x-datastreamx://batch/{table}", group="datastreamx", extra={"contract": table})
    for table in PUBLISHED_TABLES
}
