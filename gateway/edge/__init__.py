"""L2: one outside world per module. No policy and no knowledge of what a message says."""
