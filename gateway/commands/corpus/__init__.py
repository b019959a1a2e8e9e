"""`congthu corpus`: find items, read them in workers, compare with labels (docs/corpora.md)."""
