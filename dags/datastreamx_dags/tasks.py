"""What Airflow knows of the task instances that own jobs."""

from __future__ import annotations

from typing import Callable

from datastreamx_dags.jobs import Owner

# The state of a task instance; GONE where there is no such run or task, None for one that was cleared and waits to be scheduled.
TaskState = Callable[[Owner], str | None]
GONE = "gone"


def states(ti) -> TaskState:
    """Asks Airflow, through the running task, as tasks have no access to its database."""

    def state(owner: Owner) -> str | None:
        known = ti.get_task_states(dag_id=owner.dag_id, run_ids=[owner.run_id], task_ids=[owner.task_id])
        tasks = known.get(owner.run_id, {})
        names = [owner.task_id] if owner.map_index < 0 else [f"{owner.task_id}_{owner.map_index}", owner.task_id]
        for name in names:
            if name in tasks:
                return tasks[name]
        return GONE

    return state
