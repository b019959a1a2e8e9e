"""Overview for the postmaster: does mail flow, what becomes of it, how long it takes, what is short."""

from __future__ import annotations

from scripts.grafana.board import Board
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
    PURPLE,
    RED,
    SECONDS,
    SHARE,
    Ask,
    Look,
    Row,
    bars,
    counted,
    lines,
    number,
    per_minute,
    quantile,
    ranking,
    rated,
    share,
    topmost,
)

FLOW = Look(PER_MINUTE)
STAGES = {
    "receive": ("nhận", GREY),
    "wait": ("chờ tiến trình đọc", PURPLE),
    "read": ("đọc", BLUE),
    "judge": ("xét quy tắc", ORANGE),
    "relay": ("chuyển", GREEN),
}
ROOMS = {
    "tiến trình đọc": ("tiến trình đọc", BLUE),
    "phiên SMTP": ("phiên SMTP", ORANGE),
    "bộ nhớ cho thư": ("bộ nhớ cho thư", GREEN),
}
DIRECTIONS = {"inbound": ("đến", BLUE), "outbound": ("đi", ORANGE), "internal": ("nội bộ", GREEN)}
TLS = {
    "TLSv1.3": ("TLS 1.3", BLUE),
    "TLSv1.2": ("TLS 1.2", GREEN),
    "none": ("không mã hóa", ORANGE),
    "failed": ("TLS hỏng, gửi rõ", RED),
}
SIGNATURES = {
    "pass": ("hợp lệ", BLUE),
    "fail": ("không hợp lệ", RED),
    "none": ("thiếu chữ ký", ORANGE),
    "temperror": ("chưa kiểm được", PURPLE),
    "permerror": ("không kiểm được", GREY),
}


def refused(matchers: str) -> str:
    """Write the part of mail that was refused."""
    return share(counted("messages_total", f'{matchers}, disposition="reject"'), counted("messages_total", matchers))


_ON_AGENCY = "on (job, instance, agency) group_left (territory)"
_BY_TERRITORY = (
    f"60 * sum by (territory) ({rated('messages_total', AGENCY, 'job, instance, agency')} * {_ON_AGENCY}"
    f" congthu_agency_info{{{AGENCY}}})"
)

NOW = Row(
    "Lúc này",
    (
        number(
            "Gateway đang chạy",
            "Gateway processes that answered the last scrape.",
            Ask(f"sum(up{{{PICK}}})", is_instant=True),
            look=Look(decimals=0, steps=((None, RED), (1, BLUE))),
        ).about("Down", "Absent"),
        number(
            "Cảnh báo đang kêu",
            f"Alerts of this gateway that fire now. {GOOD_NEWS}",
            Ask(
                'count(ALERTS{alertname=~"Congthu.+", alertstate="firing", job=~"$job"}) or vector(0)', is_instant=True
            ),
            look=Look(decimals=0, steps=((None, BLUE), (1, RED))),
        ),
        number(
            "Thư đã trả lời",
            "Messages whose final dot was answered, over the time shown.",
            Ask(counted("messages_total", AGENCY), is_instant=True),
            look=COUNT,
        ),
        number(
            "Bị từ chối",
            "Part of the messages that was refused (5yz), over the time shown. A refusal is a correct answer.",
            Ask(refused(AGENCY), is_instant=True),
            look=SHARE,
        ).about("AgencyRejectSpike"),
        number(
            "Bị hoãn",
            "Part of the final dots answered 4yz: senders come again. The service level counts these.",
            Ask(
                share(
                    counted("smtp_replies_total", f'{PICK}, command="DATA_END", code=~"4.."'),
                    counted("smtp_replies_total", f'{PICK}, command="DATA_END"'),
                ),
                is_instant=True,
            ),
            look=Look("percentunit", decimals=2, steps=((None, BLUE), (0.001, ORANGE), (0.01, RED))),
        ).about("ErrorBudgetBurn", "ErrorBudgetSlowBurn"),
        number(
            "95 % thư trả lời trong",
            "Time from the final dot to our reply that 95 % of messages stay below, over the time shown.",
            Ask(quantile(0.95, "message_processing_seconds", over="$__range"), is_instant=True),
            look=Look("s", steps=((None, BLUE), (10, ORANGE), (30, RED))),
        ).about("ProcessingSlow"),
    ),
)

FLOWS = Row(
    "Dòng thư",
    (
        lines(
            "Thư mỗi phút theo kết quả",
            "Answered messages by what became of them. Exemplars lead to one message: congthu trace ID.",
            Ask(f"60 * {rated('messages_total', AGENCY, 'disposition')}", "{{disposition}}", has_exemplars=True),
            look=Look(PER_MINUTE, words=DISPOSITIONS),
            is_stacked=True,
        ),
        lines(
            "Thư mỗi phút theo chiều",
            "Answered messages by direction, as sender and recipients stand in the registry.",
            Ask(f"60 * {rated('messages_total', AGENCY, 'direction')}", "{{direction}}"),
            look=Look(PER_MINUTE, words=DIRECTIONS),
            is_stacked=True,
        ),
        ranking(
            "Cơ quan gửi nhiều nhất",
            "Messages by agency of the sender, over the time shown. other: no agency of the registry.",
            topmost(10, "messages_total", AGENCY, "agency"),
            (OF_AGENCY,),
        ).about("AgencySilent"),
        lines(
            "Thư mỗi phút theo địa bàn",
            "Answered messages by territory of the sender's agency.",
            Ask(_BY_TERRITORY, "{{territory}}"),
            look=FLOW,
            is_stacked=True,
        ),
    ),
)

TIMES = Row(
    "Thời gian",
    (
        lines(
            "Thời gian trả lời",
            "Time from the final dot to our reply that half, 95 % and 99 % of messages stay below.",
            Ask(quantile(0.5, "message_processing_seconds"), "50 %"),
            Ask(quantile(0.95, "message_processing_seconds"), "95 %", has_exemplars=True),
            Ask(quantile(0.99, "message_processing_seconds"), "99 %"),
            look=Look("s", words={"50 %": ("50 %", BLUE), "95 %": ("95 %", ORANGE), "99 %": ("99 %", RED)}),
        ).about("ProcessingSlow"),
        lines(
            "Thời gian trung bình theo chặng",
            "Mean time of each stage. receive: slow clients; wait: too few workers; relay: the next hop.",
            Ask(
                f"{rated('stage_duration_seconds_sum', PICK, 'stage')}"
                f" / ({rated('stage_duration_seconds_count', PICK, 'stage')} > 0)",
                "{{stage}}",
            ),
            look=Look("s", words=STAGES),
        ).about("ProcessingSlow", "WorkersSaturated"),
    ),
)

RELAYED_BY_TLS = bars(
    "TLS với máy chủ phía sau",
    "Connections opened to next hops over the time shown. failed: offered and failed, so mail went in plain.",
    Ask(counted("relay_connections_total", PICK, "tls"), "{{tls}}"),
    look=Look(decimals=0, words=TLS),
    width=8,
).about("NextHopInPlain")

NEXT_HOPS = Row(
    "Máy chủ phía sau",
    (
        lines(
            "Lượt chuyển mỗi phút",
            "Attempts to hand a message to a next hop, by route and result. Anything but delivered wants a look.",
            Ask(per_minute("relay_attempts_total", PICK, "route, result"), "{{route}}: {{result}}"),
            look=FLOW,
            width=8,
        ).about("NextHopFailing", "NextHopRefusesGateway"),
        lines(
            "Thời gian chuyển, 95 %",
            "Time of one attempt that 95 % stay below, by route.",
            Ask(quantile(0.95, "relay_duration_seconds", "route"), "{{route}}"),
            look=SECONDS,
            width=8,
        ),
        RELAYED_BY_TLS,
    ),
)

ROOM = Row(
    "Sức chứa",
    (
        lines(
            "Phần đã dùng",
            "Busy reader workers, open sessions (fullest listener) and octets in memory, each against its limit.",
            Ask(f"sum(congthu_workers_busy{{{PICK}}}) / sum(congthu_workers_limit{{{PICK}}})", "tiến trình đọc"),
            Ask(
                f"max(congthu_smtp_connections_active{{{PICK}}} / congthu_smtp_connections_limit{{{PICK}}})",
                "phiên SMTP",
            ),
            Ask(
                f"sum(congthu_in_flight_bytes{{{PICK}}}) / sum(congthu_in_flight_limit_bytes{{{PICK}}})",
                "bộ nhớ cho thư",
            ),
            look=Look("percentunit", decimals=0, highest=1, words=ROOMS, steps=((None, BLUE), (0.8, RED))),
            width=8,
        ).about("WorkersSaturated", "ConnectionsNearLimit", "MemoryNearLimit"),
        lines(
            "Thư chờ tiến trình đọc",
            "Messages that wait for a reader worker at the moment of a scrape.",
            Ask(f"sum(congthu_messages_waiting{{{PICK}}})", "đang chờ"),
            look=COUNT,
            width=8,
        ).about("WorkersSaturated", "OneSenderCrowds"),
        lines(
            "Phiên SMTP mỗi phút",
            "Sessions by how admission, or their end, went.",
            Ask(per_minute("smtp_connections_total", PICK, "listener, result"), "{{listener}}: {{result}}"),
            look=FLOW,
            width=8,
        ).about("ConnectionsNearLimit", "ProxyWithoutHeader"),
    ),
)

TRUST = Row(
    "Chữ ký số và danh sách thu hồi",
    (
        number(
            "Danh sách thu hồi còn hạn",
            "Time until the first revocation list of an authority in force runs out, by trust list.",
            Ask(
                f"min by (trust_list) (congthu_trust_list_expiry_timestamp_seconds{{{PICK}}} - time())",
                "{{trust_list}}",
                is_instant=True,
            ),
            look=Look("s", decimals=1, steps=((None, RED), (10_800, ORANGE), (86_400, BLUE)), lowest=None),
            width=12,
        ).about("RevocationListEnding", "RevocationListMissing"),
        number(
            "CA thiếu danh sách thu hồi",
            f"Authorities in force without a fresh list: what they signed is deferred. {GOOD_NEWS}",
            Ask(f"max by (trust_list) (congthu_trust_stale_authorities{{{PICK}}})", "{{trust_list}}", is_instant=True),
            look=Look(decimals=0, steps=((None, BLUE), (1, RED))),
            width=12,
        ).about("RevocationListMissing", "TrustFetchFailing", "TrustFetchNeverGood", "TrustDataStale"),
        lines(
            "Chữ ký số mỗi phút",
            "PDF signatures judged, by outcome. none: a signature is missing.",
            Ask(per_minute("signature_checks_total", AGENCY, "result"), "{{result}}"),
            look=Look(PER_MINUTE, words=SIGNATURES),
            width=24,
            is_stacked=True,
        ).about("RuleUndecided"),
    ),
)

BOARD = Board(
    "congthu-overview",
    "Congthu: Tổng quan / Overview",
    "For the postmaster: does mail flow, what becomes of it, how long it takes, and what is short.",
    (NOW, FLOWS, TIMES, NEXT_HOPS, ROOM, TRUST),
    has_agencies=True,
)
