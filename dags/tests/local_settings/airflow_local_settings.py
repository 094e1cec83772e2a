"""Loaded by the ``airflow`` command of the tests. ``airflow dags test`` makes a new API application for each task, two seconds of work; here its process keeps the first."""

from functools import cache

from airflow.sdk.execution_time import supervisor

supervisor.in_process_api_server = cache(supervisor.in_process_api_server)
