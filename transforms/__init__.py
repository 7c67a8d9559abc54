"""Article bytes to facts: pure functions of Polars frames, no input or output.

Nothing here knows of Dagster, Great Expectations, Delta Lake or DuckDB.
"""
