"""Every file under config/grafana/ that is written from code, by path."""

from __future__ import annotations

from scripts.grafana import agency, alerts, overview, reliability, rollout, security
from scripts.grafana.board import encode

BOARDS = (overview.BOARD, agency.BOARD, rollout.BOARD, reliability.BOARD, security.BOARD)


def written(runbooks: str) -> dict[str, str]:
    """Give path below config/grafana/ to text; `runbooks` is where runbooks are read (`scripts.runbooks`)."""
    boards = {f"dashboards/{board.uid}.json": encode(board, runbooks) for board in BOARDS}
    return {**boards, "provisioning/alerting/congthu.yaml": alerts.written(runbooks)}
