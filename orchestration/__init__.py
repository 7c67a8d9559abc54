"""What runs when: sources, the pipeline's steps, the Dagster definitions and the command line."""
