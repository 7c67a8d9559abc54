"""Where articles come from: each source yields batches of raw articles, none knows of the ledger."""
