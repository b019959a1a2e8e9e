"""L3: composition: configuration, the transaction, the service and the command line."""
