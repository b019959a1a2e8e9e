"""The province that everyday mail is sent in: configuration, registry and trust, and one reader that judges."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from gateway.commands.explaining import wire_form
from gateway.daemon.config.load import load_config
from gateway.daemon.inspection import Examination, Inspector
from gateway.daemon.loading import load_generation
from gateway.demo.mails import PROVINCE
from gateway.demo.pki import Identity, Pki, Subject, throw_away_pki
from gateway.demo.run import TERRITORY, write_world
from gateway.values.envelope import Client, Envelope
from gateway.values.zone import VIETNAM
from tests.support.judging import PACKS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.daemon.generation import Generation

NOW = dt.datetime(2026, 11, 30, 9, tzinfo=VIETNAM)
"""When everyday mail arrives, unless a line says otherwise."""
_PORTS = [2525, 2526, 2527]
"""Nothing listens: mails are judged, not sent."""

_AGENCIES = (
    ("vpubnd", "Văn phòng UBND tỉnh Thử Nghiệm", "VP UBND tỉnh Thử Nghiệm", "VPUBND", "province", "vpubnd", "none"),
    ("so-a", "Sở A tỉnh Thử Nghiệm", "Sở A", "SA", "province", "department", "issued"),
    ("so-b", "Sở B tỉnh Thử Nghiệm", "Sở B", "SB", "province", "department", "none"),
    ("xa-c", "Ủy ban nhân dân xã C", "UBND xã C", "UBND", "commune", "commune", "issued"),
    ("xa-d", "Ủy ban nhân dân xã D", "UBND xã D", "UBND", "commune", "commune", "issued"),
)
_SIGNERS = {
    "so-a": ("SỞ A", "Sở A"),
    "xa-c": ("ỦY BAN NHÂN DÂN XÃ C", "Ủy ban nhân dân xã C"),
    "xa-d": ("ỦY BAN NHÂN DÂN XÃ D", "Ủy ban nhân dân xã D"),
    "tinh": ("ỦY BAN NHÂN DÂN TỈNH THỬ NGHIỆM", "Ủy ban nhân dân tỉnh Thử Nghiệm"),
}


def registry_text(territory: str, elsewhere: Mapping[str, str] | None = None) -> str:
    """Write the registry of the agencies, all in one territory but those that `elsewhere` (id to territory) names."""
    text = ""
    for agency, name, short, letters, level, kind, certificate in _AGENCIES:
        host = f"{agency.replace('-', '')}.{PROVINCE}"
        boxes = f'"vanthu@{host}", {{ address = "chuyenvien@{host}", kind = "personal" }}'
        if agency == "vpubnd":
            boxes += ', { address = "khachhang@congty-e.vn", kind = "registered_other" }'
        subject = _SIGNERS.get(agency, (name,))[0]
        place = (elsewhere or {}).get(agency, territory)
        text += (
            f'[[agency]]\nid = "{agency}"\nname = "{name}"\nnames = ["{short}"]\nnotations = ["{letters}"]\n'
            f'level = "{level}"\nclass = "{kind}"\nterritory = "{place}"\ncertificate = "{certificate}"\n'
            f'certificate_subjects = ["{subject}"]\ndomains = ["{host}"]\nmailboxes = [{boxes}]\n\n'
        )
    return text


def make_pki(at: dt.datetime) -> tuple[Pki, dict[str, Identity]]:
    """Make the hierarchy and the certificates of the agencies that sign."""
    pki = throw_away_pki(at)
    signers = {}
    for agency, (organisation, name) in _SIGNERS.items():
        box = f"vanthu@{agency.replace('-', '')}.{PROVINCE}"
        signers[agency] = pki.leaf(agency, Subject(organisation=organisation, common_name=name, mailbox=box))
    return pki, signers


class World:
    """Reads and judges mails as a worker of the gateway does."""

    def __init__(self, territory: str = TERRITORY) -> None:
        """Make the province in a territory, with the packs that bind there, and load it as the daemon would."""
        self.territory = territory
        self.pki, self.signers = make_pki(NOW)
        with TemporaryDirectory() as folder:
            self._generation = self._load(Path(folder))
        self._inspector = Inspector(self._generation)

    def _load(self, folder: Path) -> Generation:
        write_world(folder, self.pki, _PORTS)
        (folder / "registry.toml").write_text(registry_text(self.territory), "utf-8")
        packs = [pack.id for pack in PACKS if pack.is_national or self.territory in pack.territories]
        config = folder / "congthu.toml"
        config.write_text(
            re.sub(r"(?m)^packs = .*$", f"packs = {json.dumps(packs)}", config.read_text("utf-8")), "utf-8"
        )
        return load_generation(load_config(folder / "congthu.toml"), 1)[0]

    def judge(self, octets: bytes, reverse_path: str, forward_paths: tuple[str, ...], at: dt.datetime) -> Examination:
        """Judge one mail that arrives from an outside client at an instant."""
        envelope = Envelope(
            client=Client("192.0.2.1", helo="mail.example.org"),
            reverse_path=reverse_path,
            forward_paths=forward_paths,
            received_at_us=int(at.timestamp() * 1_000_000),
            transaction_id="everyday0001",
        )
        return self._inspector.examine(memoryview(wire_form(octets)), envelope)
