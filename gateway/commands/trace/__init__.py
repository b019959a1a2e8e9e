"""`congthu trace`: one message found in the log, and its story told."""
