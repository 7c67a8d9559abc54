"""What Dagster sees: each asset, check, sensor and schedule wraps one function that runs without it."""
