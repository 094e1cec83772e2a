"""The shape of a night, once for all DAGs and tests."""

from datastreamx_dags import facts

_FACTS = facts.load()
TABLE_STEPS = _FACTS.steps_of("tables")
LEARNING_STEPS = _FACTS.steps_of("learning")
(MAINTAIN,) = _FACTS.steps_of("maintenance")
STEPS = (*TABLE_STEPS, *LEARNING_STEPS, MAINTAIN)
# What a flip brings into force.
PUBLISHED_TABLES = _FACTS.tables
