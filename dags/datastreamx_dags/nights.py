"""The shape of a night, once for all DAGs and tests."""

TABLE_STEPS = ("seal", "rebuild", "validate", "publish", "flip")
LEARNING_STEPS = ("train", "evaluate", "gate", "promote")
MAINTAIN = "maintain"
STEPS = (*TABLE_STEPS, *LEARNING_STEPS, MAINTAIN)
# What a flip brings into force; the names are the contract's.
PUBLISHED_TABLES = ("rollups", "ad_opportunities")
