"""Store: the tables of the records, on SQLite or PostgreSQL; every figure is made of them and of the registry."""
