"""Cancels batches for which no task waits any more."""

from datetime import datetime, timedelta, timezone

from airflow.sdk import DAG, Param, task

from datastreamx_dags import alerts

DOC = """
**Owner: datastreamx-operators.** A batch carries the task instance that waits for it in its labels. Where that task has ended, or is gone, the batch bills for nobody and is cancelled:
after a deferred task was marked failed by hand, or its whole run was, which tells no code of ours. Batches of other environments, batches without our labels (submitted by hand) and
configured streams are left alone. `dry_run` only names what it would cancel.

**When it fails**, it could not reach Dataproc or Airflow's API; its next run does the same work. Until then the `ttl` of every batch bounds what it can bill.
"""

with DAG(
    dag_id="orphan_reaper",
    description="Cancels batches without an owner",
    doc_md=DOC,
    schedule="*/15 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=30),
    default_args=alerts.defaults(),
    tags=["datastreamx", "costs"],
    params={
        "grace_minutes": Param(5, type="integer", minimum=0, description="Batches younger than this are left alone."),
        "dry_run": Param(False, type="boolean", description="Only name them."),
    },
) as dag:

    @task
    def reap(params: dict | None = None, ti=None) -> list[str]:
        """:return: what was cancelled"""
        from datastreamx_dags import backends, tasks

        return backends.choose().reap(tasks.states(ti), timedelta(minutes=params["grace_minutes"]), params["dry_run"])

    reap()
