"""`congthu records`: what the directives count, from ledgers to reports."""
