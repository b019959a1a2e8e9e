"""`congthu ledger`: whoever keeps a ledger checks it, looks into it, takes it elsewhere and ends its keeping."""
