"""What the DAGs of DatastreamX share. Nothing here talks to a service when it is imported."""
