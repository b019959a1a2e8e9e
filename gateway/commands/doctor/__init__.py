"""`congthu doctor`: what around the gateway is well, what is not, and what to do about it."""
