"""Registry of agencies: `files` of TOML and CSV are drafted, checked against one another and packed into an `index`."""
