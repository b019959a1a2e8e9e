"""Security: marked secrets, forged and claimed senders, signatures readers disagree on, hostile files, confinement."""

from __future__ import annotations

from scripts.grafana.board import Board
from scripts.grafana.overview import RELAYED_BY_TLS, SIGNATURES
from scripts.grafana.parts import (
    AGENCY,
    BLUE,
    COUNT,
    DISPOSITIONS,
    GOOD_NEWS,
    GREEN,
    GREY,
    OF_AGENCY,
    ORANGE,
    PER_MINUTE,
    PICK,
    POSTURES,
    RED,
    RULE,
    Ask,
    Column,
    Look,
    Row,
    counted,
    grid,
    lines,
    number,
    per_minute,
    ranking,
    share,
    some,
    words,
)

IDENTITY = {"verified": ("đã xác thực", BLUE), "claimed": ("chỉ tự xưng", ORANGE), "unknown": ("không rõ", GREY)}
SENDERS = f'{PICK}, method="identity"'
SECRET = f'{PICK}, rule="secret"'
LAYERS = {"0": "không", "1": "có"}
FORGERIES = "NAT-AUTH-.+|NAT-NAME-.+|NAT-FREE-1"
VERDICTS = {
    "suspicious": "đáng ngờ", "encrypted": "mã hóa", "unreadable": "không đọc được", "too_large": "quá lớn",
    "no_ocr": "không đọc chữ",
}  # fmt: skip
ALARM = Look(decimals=0, steps=((None, BLUE), (1, RED)))

NOW = Row(
    "Cần xem ngay",
    (
        number(
            "Bí mật nhà nước bị từ chối",
            f"Messages with a mark of state secrecy that were refused, over the time shown. {GOOD_NEWS}",
            Ask(counted("rule_matches_total", f'{SECRET}, effect="reject", posture="enforce"'), is_instant=True),
            look=ALARM,
        ).about("SecretRefused"),
        number(
            "Mạo danh bị từ chối",
            "Messages refused because the sender pretends to be another, counted once a rule, over the time shown."
            f" {GOOD_NEWS}",
            Ask(
                counted("rule_matches_total", f'{PICK}, rule=~"{FORGERIES}", effect="reject", posture="enforce"'),
                is_instant=True,
            ),
            look=ALARM,
        ),
        number(
            "Bộ đọc chữ ký mâu thuẫn",
            f"Signatures on which a second reader contradicted ours, over the time shown; none passed. {GOOD_NEWS}",
            Ask(counted("signature_disagreements_total"), is_instant=True),
            look=ALARM,
        ).about("SignatureOpinionsDiffer"),
        number(
            "Người gửi đã xác thực",
            "Part of the messages whose sender is vouched for by SPF, DKIM, DMARC or ARC.",
            Ask(
                share(
                    counted("sender_authentication_total", f'{SENDERS}, result="verified"'),
                    counted("sender_authentication_total", SENDERS),
                ),
                is_instant=True,
            ),
            look=Look("percentunit", decimals=1, highest=1),
        ),
        number(
            "Phiên không mã hóa",
            "Part of the sessions without TLS, over the time shown.",
            Ask(
                "clamp_min(1 - "
                + share(
                    counted("smtp_tls_handshakes_total", f'{PICK}, result="ok"'),
                    counted("smtp_connections_total", f'{PICK}, result="accepted"'),
                )
                + ", 0)",
                is_instant=True,
            ),
            look=Look("percentunit", decimals=1, highest=1),
        ),
        number(
            "Lớp giam bị thiếu",
            f"Layers of confinement that some gateway's workers run without. {GOOD_NEWS}",
            Ask(f"count(min by (layer) (congthu_worker_sandbox{{{PICK}}}) == 0) or vector(0)", is_instant=True),
            look=ALARM,
        ).about("SandboxReduced"),
    ),
)

SECRETS = Row(
    "Bí mật nhà nước",
    (
        lines(
            "Thư có dấu mật, mỗi giờ",
            "Messages with a mark of secrecy over each hour, by what the rule asks for; who and which is not told."
            f" {GOOD_NEWS}",
            Ask(counted("rule_matches_total", SECRET, "effect", "1h"), "{{effect}}"),
            look=Look(decimals=0, words=DISPOSITIONS),
        ).about("SecretRefused"),
        ranking(
            "Tệp không kiểm tra được",
            "Messages in which a file could not be looked into: under a password, broken, too large, an unknown format."
            f" {GOOD_NEWS}",
            some("rule_matches_total", f'{PICK}, rule=~"NAT-SEC-4.*|NAT-SEC-5"', "rule"),
            (RULE,),
            colour=ORANGE,
        ),
    ),
)

WHO = Row(
    "Ai thật sự gửi",
    (
        lines(
            "Người gửi mỗi phút",
            "Messages by what vouches for their sender. claimed: a known domain that nothing confirms.",
            Ask(per_minute("sender_authentication_total", SENDERS, "result"), "{{result}}"),
            look=Look(PER_MINUTE, words=IDENTITY),
            is_stacked=True,
        ),
        grid(
            "Kết quả xác thực",
            "SPF, DKIM (each signature), DMARC and ARC in words of RFC 8601, and the identity that follows.",
            Ask(some("sender_authentication_total", PICK, "method, result")),
            columns=(
                Column("method", "Cách"),
                Column("result", "Kết quả"),
                Column("Value", "Số thư", unit="none"),
            ),
            width=12,
            height=8,
        ),
        ranking(
            "Mạo danh, theo quy tắc",
            f"Messages in which a rule about names and senders hit, refused or not, over the time shown. {GOOD_NEWS}",
            some("rule_matches_total", f'{PICK}, rule=~"{FORGERIES}"', "rule"),
            (RULE,),
            colour=RED,
        ),
        ranking(
            "Bị từ chối vì mạo danh hoặc chữ ký, theo cơ quan",
            f"Refused messages of an agency by rules on senders and signatures, over the time shown. {GOOD_NEWS}",
            "topk(10, "
            + counted(
                "agency_rule_matches_total",
                f'{AGENCY}, rule=~"NAT-(AUTH|NAME|SIG)-.+|BD-1c-2.*", effect="reject"',
                "agency",
            )
            + ") > 0",
            (OF_AGENCY,),
            colour=RED,
        ),
    ),
)

FILES = Row(
    "Chữ ký số và tệp",
    (
        lines(
            "Chữ ký số có vấn đề, mỗi phút",
            f"PDF signatures that did not pass. fail: changed after signing, or a chain that ends nowhere. {GOOD_NEWS}",
            Ask(per_minute("signature_checks_total", f'{AGENCY}, result!="pass"', "result"), "{{result}}"),
            look=Look(PER_MINUTE, words=SIGNATURES),
            is_stacked=True,
        ),
        lines(
            "Ý kiến khác nhau, mỗi giờ",
            f"Contradictions about signatures over each hour, by the reader that contradicted ours. {GOOD_NEWS}",
            Ask(counted("signature_disagreements_total", PICK, "reader", "1h"), "{{reader}}"),
            look=COUNT,
        ).about("SignatureOpinionsDiffer"),
        grid(
            "Tệp đáng ngờ hoặc không đọc được",
            f"Attachments that are not clean, by real type and what came of them, over the time shown. {GOOD_NEWS}",
            Ask(some("attachments_total", f'{PICK}, verdict!="clean"', "kind, verdict")),
            columns=(
                Column("kind", "Loại thật"),
                Column("verdict", "Kết quả", names=VERDICTS),
                Column("Value", "Số tệp", unit="none"),
            ),
            width=12,
            height=8,
        ),
        grid(
            "Quy tắc an ninh đang áp dụng",
            "Rules on secrets, senders, names and signatures that hit, and how hard they act, over the time shown.",
            Ask(
                counted(
                    "rule_matches_total", f'{PICK}, rule=~"secret|NAT-(SEC|AUTH|NAME|SIG)-.+"', "rule, effect, posture"
                )
                + " > 0"
            ),
            columns=(
                RULE,
                Column("effect", "Đòi hỏi", names=words(DISPOSITIONS)),
                Column("posture", "Mức áp dụng", names=words(POSTURES)),
                Column("Value", "Số thư", unit="none"),
            ),
            width=12,
            height=8,
        ),
    ),
)

WALLS = Row(
    "Tường và cửa",
    (
        number(
            "Lớp giam tiến trình đọc",
            "Whether the reader workers of every gateway run under each layer of confinement.",
            Ask(f"min by (layer) (congthu_worker_sandbox{{{PICK}}})", "{{layer}}", is_instant=True),
            look=Look(steps=((None, RED), (1, BLUE)), names=LAYERS),
            width=12,
        ).about("SandboxReduced"),
        number(
            "Miễn áp dụng sắp hết hạn",
            f"Waivers in force that end within 14 days. {GOOD_NEWS}",
            Ask(f"max(congthu_waivers_expiring{{{PICK}}})", is_instant=True),
            look=Look(decimals=0, steps=((None, BLUE), (1, ORANGE))),
            width=6,
        ).about("WaiversExpiring"),
        number(
            "Tiến trình đọc phải thay",
            f"Reader workers that died or overran, over the time shown: files made to stop a reader. {GOOD_NEWS}",
            Ask(counted("worker_restarts_total"), is_instant=True),
            look=ALARM,
            width=6,
        ).about("WorkersDying"),
        ranking(
            "Bắt tay TLS với máy gửi",
            "TLS handshakes of clients by version, over the time shown.",
            some("smtp_tls_handshakes_total", PICK, "version, result"),
            (Column("version", "Phiên bản TLS"), Column("result", "Kết quả")),
            colour=GREEN,
            width=8,
        ),
        ranking(
            "Phiên bị từ chối hoặc bị cắt",
            f"Sessions that were not accepted or ended badly, over the time shown. {GOOD_NEWS}",
            some("smtp_connections_total", f'{PICK}, result!="accepted"', "listener, result"),
            (Column("listener", "Listener"), Column("result", "Kết quả")),
            colour=ORANGE,
            width=8,
        ).about("ConnectionsNearLimit", "ProxyWithoutHeader"),
        RELAYED_BY_TLS,
    ),
)

BOARD = Board(
    "congthu-security",
    "Congthu: Bảo mật / Security",
    "For the security officer: secrets refused, forged senders, opinions that differ, hostile files, confinement.",
    (NOW, SECRETS, WHO, FILES, WALLS),
    has_agencies=True,
    shown="now-24h",
)
