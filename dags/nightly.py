"""The night: rebuilds the batch tables, flips to them, trains and promotes a model, maintains the lake."""

from datetime import datetime, timedelta, timezone

from airflow.exceptions import AirflowFailException
from airflow.sdk import DAG, Param, TriggerRule, chain, task

from datastreamx_dags import alerts, jobs, nights
from datastreamx_dags.assets import TABLES
from datastreamx_dags.operators import NightOperator, total

DOC = """
**Owner: datastreamx-operators.** Seal → rebuild → validate → publish → flip brings new batch tables into force; then train → evaluate → gate → promote; then
maintain. One job per step, all steps of a run under the run id of its logical date (`20261124T020000Z`). Every step is idempotent: clear a task, or the whole
run, at any time; what is finished is not done again.

**When a task before `flip` fails**, the tables of the night before are still in force and nothing is lost: the raw log goes on growing and the next night covers
it. Read the task's error, it says what to do; then clear the task. `validate` failing means that the rebuilt tables do not equal the ledger: do not force it, start
a new run; should that fail too, call the developers.

**When a learning task fails**, the new tables are in force and the model of before routes on. `report` fails, so that the run is red. Clear the failed task.

**When it is late**: look at the running task's batch (link in its log). To return to the tables of before: `dsx batch --rollback` (dags/README.md).
"""

with DAG(
    dag_id="nightly",
    description="Rebuild, flip, learn, maintain: one job per step",
    doc_md=DOC,
    schedule=alerts.DUE["nightly"][0],
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=12),
    default_args=alerts.defaults(),
    tags=["datastreamx", "batch", "learning"],
    params={
        "until": Param(
            None,
            type=["null", "integer"],
            minimum=0,
            title="Last ingest batch",
            description="Cover the log up to this ingest batch; empty: the last complete one. Only a run that has not sealed yet looks at it.",
        )
    },
) as dag:
    steps = {
        step: NightOperator(
            task_id=step,
            step=step,
            until="{{ params.until }}" if step == "seal" else "",
            outlets=list(TABLES.values()) if step == "flip" else [],
            # After the flip and the end of learning, whatever that was; not where the tables failed.
            trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS if step == nights.MAINTAIN else TriggerRule.ALL_SUCCESS,
            doc_md=f"`dsx batch --step {step} --run ID`, or a Dataproc batch of the template `night` with these arguments.",
        )
        for step in nights.STEPS
    }
    chain(*(steps[step] for step in (*nights.TABLE_STEPS, *nights.LEARNING_STEPS)))
    [steps["flip"], steps["promote"]] >> steps[nights.MAINTAIN]

    @task(trigger_rule=TriggerRule.ALL_DONE, retries=1)
    def report(**context):
        """Adds up what the run cost, ends what a killed task left running, and fails where a step did: without it a failure in learning would leave the run green."""
        from datastreamx_dags import backends

        ti, run = context["ti"], jobs.run_id(context["dag_run"])
        states = ti.get_task_states(dag_id=ti.dag_id, run_ids=[ti.run_id]).get(ti.run_id, {})
        where, done = backends.choose(), [steps[step].job(context) for step in nights.STEPS]
        for job in done:
            where.cancel(job, f"its task ended as {states.get(job.step)}")
        costs = where.spent(run, done)
        for cost in costs:
            print(cost)
        print(f"run {run}: {total(costs)}")
        bad = [step for step in nights.STEPS if states.get(step) == "failed"]
        if bad:
            kept = "the tables of this night are in force" if states.get("flip") == "success" else "the version before stays in force"
            raise AirflowFailException(f"{', '.join(bad)} failed; {kept}. See the log of that task, then clear it")
        return total(costs)

    list(steps.values()) >> report()
