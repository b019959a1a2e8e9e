"""Golden texts: what Kính gửi and Nơi nhận say of each recipient, written before anybody saw what is read there.

`golden/roles*.jsonl` hold one document a line: who sends it, its text, and for some agencies of the province below what
their roles are and whether they are named (null: nobody can tell). A text agrees when every agency of it does.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from gateway.judge.cases import CaseRegistry, ExcerptRegistry
from gateway.judge.describe import describe
from gateway.read.vietnamese import detect
from gateway.read.vietnamese.merge import merge
from gateway.values.facts import AddressFacts, HeaderFacts, Marks, MessageFacts
from gateway.values.registry import Agency, MailboxEntry
from tests.support.judging import AT, DOMAINS, envelope

FILES = sorted((Path(__file__).parent / "golden").glob("roles*.jsonl"))
ROWS = [json.loads(line) for path in FILES for line in path.read_text("utf-8").splitlines()]
LEAST_AGREEMENT = 0.97
NEAR, FAR = "phuoc-son", "dong-hai"


def agency(name: str, agency_class: str, level: str, parent: str = "", territory: str = NEAR) -> dict[str, Any]:
    """Facts of one office of the registry."""
    return {"name": name, "agency_class": agency_class, "level": level, "parent": parent, "territory": territory}


OFFICES = {
    "ubnd": agency("Ủy ban nhân dân tỉnh Phước Sơn", "ubnd", "province"),
    "vp": agency("Văn phòng Ủy ban nhân dân tỉnh Phước Sơn", "vpubnd", "province", "ubnd"),
    "tu": agency("Tỉnh ủy Phước Sơn", "", "province"),
    "hdnd": agency("Hội đồng nhân dân tỉnh Phước Sơn", "", "province"),
    "snv": agency("Sở Nội vụ tỉnh Phước Sơn", "department", "province", "ubnd"),
    "stc": agency("Sở Tài chính tỉnh Phước Sơn", "department", "province", "ubnd"),
    "stp": agency("Sở Tư pháp tỉnh Phước Sơn", "department", "province", "ubnd"),
    "sxd": agency("Sở Xây dựng tỉnh Phước Sơn", "department", "province", "ubnd"),
    "syt": agency("Sở Y tế tỉnh Phước Sơn", "department", "province", "ubnd"),
    "skhcn": agency("Sở Khoa học và Công nghệ tỉnh Phước Sơn", "department", "province", "ubnd"),
    "ca": agency("Công an tỉnh Phước Sơn", "", "province"),
    "mttq": agency("Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Phước Sơn", "", "province"),
    "bql": agency("Ban Quản lý dự án tỉnh Phước Sơn", "service_unit", "province", "ubnd"),
    "hcc": agency("Trung tâm Phục vụ hành chính công tỉnh Phước Sơn", "service_unit", "province", "ubnd"),
    "xap": agency("Ủy ban nhân dân xã An Phước", "commune_ubnd", "commune", "ubnd"),
    "xtl": agency("Ủy ban nhân dân xã Tân Lập", "commune_ubnd", "commune", "ubnd"),
    "pbh": agency("Ủy ban nhân dân phường Bình Hòa", "commune_ubnd", "commune", "ubnd"),
    "hcl": agency("Ủy ban nhân dân huyện Cẩm Lâm", "district_ubnd", "district", "ubnd"),
    "tx": agency("Ủy ban nhân dân thị xã Đông Sơn", "district_ubnd", "district", "ubnd"),
    "pnv-hcl": agency("Phòng Nội vụ huyện Cẩm Lâm", "district_division", "district", "hcl"),
    "snv-b": agency("Sở Nội vụ tỉnh Đông Hải", "department", "province", "ubnd-b", FAR),
    "ubnd-b": agency("Ủy ban nhân dân tỉnh Đông Hải", "ubnd", "province", "", FAR),
    "bnv": agency("Bộ Nội vụ", "", "central", "", ""),
    "vpcp": agency("Văn phòng Chính phủ", "", "central", "", ""),
}
REGISTRY = ExcerptRegistry(
    CaseRegistry(
        agencies=tuple(Agency(id=one, **facts) for one, facts in OFFICES.items()),
        mailboxes={f"vanthu@{one}.example": MailboxEntry(one, "agency") for one in OFFICES},
        domains={},
    ),
    DOMAINS,
)


def seen(row: dict[str, Any]) -> dict[str, Any]:
    """Roles and whether each is named, of the agencies a line asks about."""
    marks = detect(row["text"], "first_page", AT)
    sender = f"vanthu@{row['sender']}.example"
    facts = MessageFacts(
        size_octets=1,
        header=HeaderFacts(author=(AddressFacts(sender),)),
        document=merge(Marks(), Marks(), [marks]),
    )
    shown = describe(envelope(sender, *(f"vanthu@{one}.example" for one in row["expected"])), facts, REGISTRY, AT)
    return {one.agency: {"roles": one.roles, "named": one.is_named} for one in shown.recipients}


def differences(row: dict[str, Any]) -> list[str]:
    """What is seen otherwise than the line says."""
    found = seen(row)
    return [
        f"{who}: expected {right}, found {found[who]}" for who, right in row["expected"].items() if found[who] != right
    ]


def test_roles_agree_with_the_golden_texts() -> None:
    """At least 97 of 100 texts are read as their writer meant them."""
    wrong = {row["id"]: said for row in ROWS if (said := differences(row))}
    report = [f"{name}: {one}" for name, said in wrong.items() for one in said]
    sys.stdout.write("\n".join([*report, f"roles: {len(ROWS) - len(wrong)} of {len(ROWS)} texts agree", ""]))

    assert len(ROWS) >= 60
    assert len(ROWS) - len(wrong) >= LEAST_AGREEMENT * len(ROWS), "\n".join(report)
