"""SMTP in: `server` accepts, `session` speaks, `commands` and `data` read, `channel` carries, `admission` admits."""
