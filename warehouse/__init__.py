"""What is known and since when: the event log, the content store, projections, publishing, SQL views."""
