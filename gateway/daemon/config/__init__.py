"""Configuration: TOML and environment to a checked `Config`; every error names file, line and key."""
