"""Starting: `congthu init` writes a checked configuration, a registry to fill in, and the calendar of a roll-out.

Everything is made and loaded in a folder of its own first, so that what is written has been tried; then each file is
put in place, and none that is there already is touched.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.commands.checking import shipped_packs
from gateway.daemon.config.kinds import domain, next_hop
from gateway.daemon.config.load import load_config, toml_value
from gateway.daemon.config.versions import CURRENT
from gateway.daemon.loading import load_generation, load_packs
from gateway.edge.registry.syntax import normal_id
from gateway.values.verdict import Disposition, Posture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.values.pack import Pack, Rule

CONFIG, REGISTRY = "congthu.toml", "registry.toml"
ONE_DAY: Final = dt.timedelta(days=1)


class Start(NamedTuple):
    """What somebody wants to begin with; texts in the form the configuration keeps."""

    domain: str
    next_hop: str
    territory: str
    begins: dt.date
    """First day of observing."""
    tags: dt.date
    """First day of tagging."""
    enforces: dt.date
    """First day of refusing."""


def read_domain(text: str) -> str:
    """Bring a mail domain to its stored form.

    Raises:
        ValueError: it is none; the text says how to write it.
    """
    found = domain(text.strip().removeprefix("@"), Path())
    if "." not in found:
        raise ValueError(f"`{text}` is not a mail domain; write it like `so-a.tinh-b.gov.vn`")
    return found


def read_next_hop(text: str) -> str:
    """Check `host:port` of the mail server behind the gateway.

    Raises:
        ValueError: it is not; the text says how to write it.
    """
    return next_hop(text.strip(), Path())


def read_territory(text: str) -> str:
    """Check the id of a territory, such as `binh-duong`.

    Raises:
        ValueError: it is not; the text says how to write it.
    """
    return normal_id(text.strip().lower())


def known_territories() -> tuple[str, ...]:
    """Give the territories shipped packs are made for."""
    return tuple(sorted({name for pack in _packs() for name in pack.territories if not pack.is_national}))


def _packs() -> tuple[Pack, ...]:
    return load_packs(shipped_packs(()))


def packs_for(territory: str) -> tuple[Pack, ...]:
    """Give the shipped packs that bind agencies of a territory, the national ones first."""
    found = [pack for pack in _packs() if pack.is_national or territory in pack.territories]
    return tuple(sorted(found, key=lambda pack: not pack.is_national))


def write_start(folder: Path, start: Start) -> tuple[Path, ...]:
    """Write configuration and registry; answer their paths.

    Raises:
        FileExistsError: one of them is there already; then nothing is written.
        Misconfigured: what would be written does not load; then nothing is written.
    """
    packs = packs_for(start.territory)
    texts = {REGISTRY: registry_text(start), CONFIG: config_text(start, packs)}
    files = [folder / name for name in texts]
    for file in files:
        if file.exists() or file.is_symlink():
            raise FileExistsError(17, "is there already; nothing was written", str(file))
    with tempfile.TemporaryDirectory(prefix="congthu-init") as trial:
        for name, text in texts.items():
            (Path(trial) / name).write_text(text, encoding="utf-8")
        load_generation(load_config(Path(trial) / CONFIG), 1)
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in zip(files, texts.values(), strict=True):
        with file.open("x", encoding="utf-8") as new:  # never over a file that came in between
            new.write(text)
    return tuple(files)


def config_text(start: Start, packs: tuple[Pack, ...]) -> str:
    """Write the configuration: relaying of one domain, packs of the territory, and the calendar."""
    names = toml_value(tuple(pack.id for pack in packs))
    return f"""\
# Do `congthu init` viết; mọi khóa khác: config/congthu.toml, docs/configuration.md.
# Written by `congthu init`; every other key: config/congthu.toml, docs/configuration.md.

schema = {CURRENT}

[gateway]
host = {toml_value(f"congthu.{start.domain}")}

[relay]
relay_domains = {toml_value((f".{start.domain}",))}
# Mạng của máy chủ thư cơ quan, nếu gửi ra qua cổng này / networks of your own mail servers that send out through here:
# client_networks = ["10.0.0.0/24"]

[[relay.routes]]
name = "main"
domains = {toml_value((f".{start.domain}",))}
hosts = {toml_value((start.next_hop,))}

[policy]
packs = {names}

[registry]
files = [{toml_value(REGISTRY)}]

# Chứng thư gốc, danh sách thu hồi: phải có trước ngày từ chối (docs/trust.md).
# Roots and revocation lists: needed before the day of refusing.
# [trust]
# folder = "trust"

# Lộ trình / roll-out: observe {start.begins}, tag {start.tags}, enforce {start.enforces}. Dời ngày thì sửa ở đây.
# Quy tắc không nêu tên theo mức riêng của bộ quy tắc sau bước observe; dấu MẬT bị từ chối ngay từ đầu.
# Rules not named act as their pack says once observing is over; marked secrets are refused from the first day.
[posture]
entries = [
{_lines(_entries(start, packs))}
]
"""


def _entries(start: Start, packs: tuple[Pack, ...]) -> Iterator[str]:
    """Write one entry a pack that is observed, then two a rule that refuses in the end.

    Rules that only tag begin with the second step: a whole pack under `tag` would make those act that it has observed.
    """
    for pack in packs:
        yield f'{{ posture = "observe", pack = "{pack.id}", valid_to = {start.tags - ONE_DAY} }}'
    for rule in _refusing(packs):
        days = f"valid_from = {start.tags}, valid_to = {start.enforces - ONE_DAY}"
        yield f'{{ posture = "tag", rule = "{rule.id}", {days} }}'
    for rule in _refusing(packs):
        yield f'{{ posture = "enforce", rule = "{rule.id}", valid_from = {start.enforces} }}'


def _refusing(packs: tuple[Pack, ...]) -> Iterator[Rule]:
    """Give the rules their pack has refuse; of secrets they always do."""
    for pack in packs:
        for rule in pack.rules:
            if rule.effect is Disposition.REJECT and rule.posture is Posture.ENFORCE and not rule.is_secret:
                yield rule


def _lines(entries: Iterator[str]) -> str:
    return "\n".join(f"  {entry}," for entry in entries)


def registry_text(start: Start) -> str:
    """Write the registry: the one agency that is known, and what to fill in."""
    agency = start.domain.partition(".")[0].replace("_", "-")
    return f"""\
# Danh bạ cơ quan: sửa tên, nhóm, hộp thư; thêm mỗi cơ quan một bảng [[agency]]. Mẫu đủ: docs/vi/danh-ba.md.
# Registry: put in name, class and mailboxes; one [[agency]] table each. In full: docs/registry.md.

[[agency]]
id = {toml_value(agency)}
name = {toml_value(f"Cơ quan dùng tên miền {start.domain} (sửa lại)")}
territory = {toml_value(start.territory)}
domains = [{toml_value(start.domain)}]
# names = ["Tên viết tắt"]
# notations = ["SA"]                            # ký hiệu trên văn bản / letters on documents
# level = "province"
# class = "department"                          # nhóm cơ quan: quyết định ngày bắt đầu / decides the start date
# certificate = "issued"                        # đã được cấp chứng thư số / has a signing certificate
# mailboxes = [{toml_value(f"vanthu@{start.domain}")}]
"""


def next_steps(files: tuple[Path, ...], start: Start, packs: tuple[Pack, ...]) -> str:
    """Say what to do now, Vietnamese first."""
    registry, config = (str(file) for file in files)
    names = ", ".join(pack.id for pack in packs)
    observes, tags, enforces = (f"{day:%d/%m/%Y}" for day in (start.begins, start.tags, start.enforces))
    return f"""\
Đã viết {config} và {registry} (bộ quy tắc: {names}).
Việc tiếp theo:
  1. Điền tên, nhóm, hộp thư của các cơ quan vào {registry} (docs/vi/danh-ba.md).
  2. Kiểm tra: congthu check -c {config}
  3. Thử một thư: congthu explain thu.eml --mail-from A --rcpt B -c {config}
  4. Chạy: systemctl enable --now congthu.socket congthu.service (docs/vi/cai-dat.md),
     xem xung quanh có ổn không: congthu doctor -c {config},
     rồi trỏ máy chủ gửi hoặc bản ghi MX về cổng.
  5. Lộ trình: {observes} chỉ ghi nhận, {tags} gắn nhãn, {enforces} từ chối. Xem trước:
     congthu explain ... --at NGÀY. Trước ngày từ chối phải có chứng thư gốc: [trust] (docs/trust.md).

Written: {config} and {registry} (packs: {names}).
What to do next:
  1. Put names, classes and mailboxes of the agencies into {registry} (docs/registry.md).
  2. Check: congthu check -c {config}
  3. Try a mail: congthu explain mail.eml --mail-from A --rcpt B -c {config}
  4. Run: systemctl enable --now congthu.socket congthu.service (docs/deployment.md),
     see whether all around it is well: congthu doctor -c {config},
     then point sending servers or the MX record here.
  5. Roll-out: observed from {start.begins}, tagged from {start.tags}, refused from {start.enforces}. Look ahead with
     congthu explain ... --at DAY. Before the day of refusing there must be roots: [trust] (docs/trust.md)."""
