"""What must hold of each run: rules as data, carried out by Great Expectations."""
