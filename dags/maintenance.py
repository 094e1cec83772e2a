"""Between nights: compacts what ingest wrote, removes what no kept version needs."""

from datetime import datetime, timedelta, timezone

from airflow.sdk import DAG

from datastreamx_dags import alerts, nights
from datastreamx_dags.operators import NightOperator

DOC = """
**Owner: datastreamx-operators.** `dsx batch --step maintain`: compacts tables with many small files, deletes batch versions beyond those kept for rollback, live
rows that all kept versions cover, and files that no table refers to any more. Answers do not change; ingest and a night may run beside it.

**When it fails** nothing is broken: tables only get slower to read. Read the task's error and clear it, or let the next run do it. What the step postponed, because
it collided with ingest, is in its log and is tried again by the next run.
"""

with DAG(
    dag_id="maintenance",
    description="Compact, retain, vacuum",
    doc_md=DOC,
    schedule=alerts.DUE["maintenance"][0],
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    default_args=alerts.defaults(),
    tags=["datastreamx", "maintenance"],
) as dag:
    NightOperator(task_id=nights.MAINTAIN, step=nights.MAINTAIN, run_prefix="maintenance-", doc_md="`dsx batch --step maintain`.")
