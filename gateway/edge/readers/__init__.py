"""Reader processes (ADR 0006): a pool of sandboxed workers, the nursery that forks them, their equipment."""
