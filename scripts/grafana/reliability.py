"""Reliability: the error budget and how fast it burns, saturation, versions and reloads."""

from __future__ import annotations

from scripts.grafana.board import Board
from scripts.grafana.parts import (
    BLUE,
    COUNT,
    GOOD_NEWS,
    GREEN,
    GREY,
    ORANGE,
    PER_MINUTE,
    PICK,
    PURPLE,
    RATE,
    RED,
    SECONDS,
    Ask,
    Column,
    Look,
    Row,
    counted,
    grid,
    lines,
    number,
    per_minute,
    quantile,
    rated,
    share,
)

DOT = f'{PICK}, command="DATA_END"'
BUDGET = 0.001
"""Part of final dots that may be answered 4yz: docs/operations.md, alerts of the error budget."""
CODES = {
    "250": ("250", BLUE),
    "451": ("451", PURPLE),
    "452": ("452", ORANGE),
    "550": ("550", GREY),
    "554": ("554", RED),
}
WINDOWS = {"5m": ORANGE, "30m": PURPLE, "1h": RED, "6h": BLUE, "3d": GREY}
FAILED = share(
    counted("smtp_replies_total", f'{DOT}, code=~"4.."'),
    counted("smtp_replies_total", DOT),
)
IN_TIME = share(
    f'sum(increase(congthu_message_processing_seconds_bucket{{{PICK}, le="30.0"}}[$__range]))',
    f"sum(increase(congthu_message_processing_seconds_count{{{PICK}}}[$__range]))",
)
ON_OFF = {"0": "không", "1": "có"}

PROMISED = Row(
    "Mức phục vụ đã hứa",
    (
        number(
            "Câu trả lời dứt khoát",
            "Part of final dots answered 2yz or 5yz over the time shown; 99.9 % over 30 days is promised.",
            Ask(f"1 - ({FAILED})", is_instant=True),
            look=Look("percentunit", decimals=2, steps=((None, RED), (0.99, ORANGE), (0.999, BLUE)), highest=1),
            width=6,
        ).about("ErrorBudgetBurn", "ErrorBudgetSlowBurn"),
        number(
            "Ngân sách lỗi còn lại",
            "What is left of the part that may fail (0.1 %) over the time shown; below 0 the promise is broken.",
            Ask(f"clamp_min(1 - ({FAILED}) / {BUDGET}, -1)", is_instant=True),
            look=Look("percentunit", decimals=0, steps=((None, RED), (0, ORANGE), (0.5, BLUE)), lowest=-1, highest=1),
            width=6,
        ).about("ErrorBudgetBurn", "ErrorBudgetSlowBurn"),
        number(
            "Trả lời trong 30 giây",
            "Part of the messages answered within 30 s of the final dot; 99 % is promised.",
            Ask(IN_TIME, is_instant=True),
            look=Look("percentunit", decimals=2, steps=((None, RED), (0.99, ORANGE), (0.995, BLUE)), highest=1),
            width=6,
        ).about("ProcessingSlow"),
        number(
            "Chạy được",
            "Time since the gateway process started, the youngest.",
            Ask(f"min(time() - process_start_time_seconds{{{PICK}}})", is_instant=True),
            look=Look("s", decimals=1),
            width=6,
        ).about("Down"),
        lines(
            "Tốc độ tiêu ngân sách lỗi",
            "Times faster than allowed that the budget burns, over five windows. A page comes at 14.4 (1 h and 5 min)"
            " or 6 (6 h and 30 min), a ticket at 1 (3 d and 6 h).",
            *(
                Ask(f'job:congthu_smtp_errors:ratio_rate{window}{{job=~"$job"}} / {BUDGET}', f"{window}")
                for window in WINDOWS
            ),
            look=Look(
                "suffix:×",
                words={window: (window, colour) for window, colour in WINDOWS.items()},
                steps=((None, BLUE), (6, ORANGE), (14.4, RED)),
            ),
        ).about("ErrorBudgetBurn", "ErrorBudgetSlowBurn"),
        lines(
            "Câu trả lời cho dấu chấm cuối, mỗi phút",
            "Replies to the final dot by code. 4yz: senders keep the mail and come again.",
            Ask(per_minute("smtp_replies_total", DOT, "code"), "{{code}}"),
            look=Look(PER_MINUTE, words=CODES),
            is_stacked=True,
        ),
    ),
)

FULL = Row(
    "Sức chứa và tiến trình",
    (
        lines(
            "Vòng lặp sự kiện trễ, 99 %",
            "Delay of the event loop that 99 % of its turns stay below: a starved host, or a bug of ours.",
            Ask(quantile(0.99, "event_loop_lag_seconds", "instance", "$__range"), "{{instance}}"),
            look=SECONDS,
            width=8,
        ).about("EventLoopBlocked"),
        lines(
            "CPU của tiến trình chính",
            "Processor time of the gateway process each second; reader workers are not in it.",
            Ask(f"sum by (instance) (rate(process_cpu_seconds_total{{{PICK}}}[{RATE}]))", "{{instance}}"),
            look=Look("percentunit", decimals=1),
            width=8,
        ),
        lines(
            "Bộ nhớ của tiến trình chính",
            "Resident memory of the gateway process.",
            Ask(f"process_resident_memory_bytes{{{PICK}}}", "{{instance}}"),
            look=Look("bytes", decimals=0),
            width=8,
        ),
        lines(
            "Tệp đang mở",
            "Open descriptors against their limit: sockets and messages in memory.",
            Ask(f"process_open_fds{{{PICK}}} / process_max_fds{{{PICK}}}", "{{instance}}"),
            look=Look("percentunit", decimals=2),
            width=8,
        ),
        lines(
            "Phần của người gửi nhiều nhất",
            "Part of recent reader time that was one client network's or sender's.",
            Ask(f"max by (instance) (congthu_worker_largest_part_ratio{{{PICK}}})", "{{instance}}"),
            look=Look("percentunit", decimals=0, highest=1),
            width=8,
        ).about("OneSenderCrowds"),
        lines(
            "Tiến trình đọc phải thay",
            f"Reader workers replaced because they died, failed or overran, over each ten minutes. {GOOD_NEWS}",
            Ask(counted("worker_restarts_total", PICK, "instance", "10m"), "{{instance}}"),
            look=COUNT,
            width=8,
        ).about("WorkersDying"),
        lines(
            "Bộ nhớ đệm tài liệu",
            "Part of the attachments whose facts were known already.",
            Ask(
                share(
                    rated("document_cache_total", f'{PICK}, result="hit"'),
                    rated("document_cache_total", PICK),
                ),
                "đã biết",
            ),
            look=Look("percentunit", decimals=0, highest=1),
            width=8,
        ),
        lines(
            "Tra DNS mỗi phút",
            "Look-ups made, by what came of them. failed: a broken domain, or our resolver.",
            Ask(per_minute("dns_lookups_total", PICK, "status"), "{{status}}"),
            look=Look(
                PER_MINUTE,
                words={
                    "found": ("có", BLUE), "no_data": ("không có bản ghi", GREY), "no_domain": ("không có tên", ORANGE),
                    "failed": ("hỏng", RED),
                },
            ),
            width=8,
            is_stacked=True,
        ).about("DnsFails"),
        lines(
            "Thời gian tra DNS, 95 %",
            "Time of one look-up that 95 % stay below.",
            Ask(quantile(0.95, "dns_lookup_seconds", over="$__range"), "95 %"),
            look=SECONDS,
            width=8,
        ).about("DnsFails"),
    ),
)  # fmt: skip

STATE = Row(
    "Cấu hình, phiên bản, dữ liệu",
    (
        number(
            "Chạy cấu hình mới nhất",
            "Whether the files on disk were taken at the last load.",
            Ask(f"min(congthu_config_last_reload_successful{{{PICK}}})", is_instant=True),
            look=Look(steps=((None, RED), (1, BLUE)), names=ON_OFF),
        ).about("ConfigReloadFailed"),
        number(
            "Chờ khởi động lại",
            f"Settings on disk that differ from those in force until a restart. {GOOD_NEWS}",
            Ask(f"max(congthu_config_restart_needed{{{PICK}}})", is_instant=True),
            look=Look(decimals=0, steps=((None, BLUE), (1, ORANGE))),
        ).about("RestartNeeded"),
        number(
            "Lỗi chương trình",
            f"Unexpected exceptions, over the time shown; each cost one message a 451 at most. {GOOD_NEWS}",
            Ask(counted("bugs_total"), is_instant=True),
            look=Look(decimals=0, steps=((None, BLUE), (1, RED))),
        ).about("Bug"),
        number(
            "Dòng nhật ký bị mất",
            f"Log lines dropped because their reader had stopped, over the time shown. {GOOD_NEWS}",
            Ask(counted("journal_lines_lost_total"), is_instant=True),
            look=Look(decimals=0, steps=((None, BLUE), (1, RED))),
        ).about("JournalLinesLost"),
        number(
            "Chứng thư TLS còn",
            "Time until the first served certificate expires, by listener.",
            Ask(
                f"min by (listener) (congthu_certificate_expiry_timestamp_seconds{{{PICK}}} - time())",
                "{{listener}}",
                is_instant=True,
            ),
            look=Look("s", decimals=1, steps=((None, RED), (1_209_600, BLUE)), lowest=None),
        ).about("CertificateExpiring"),
        number(
            "Cơ quan trong danh bạ",
            "Agencies in the running registry.",
            Ask(f"max(congthu_agencies_configured{{{PICK}}})", is_instant=True),
            look=COUNT,
        ),
        lines(
            "Thế hệ cấu hình",
            "Number of the running generation: every reload, and every renewal of revocation data, makes the next.",
            Ask(f"congthu_config_generation{{{PICK}}}", "{{instance}}"),
            look=COUNT,
            width=8,
        ),
        lines(
            "Nạp lại cấu hình",
            "Loads of configuration, packs, registry and trust, over each ten minutes.",
            Ask(counted("config_reloads_total", PICK, "result", "10m"), "{{result}}"),
            look=Look(decimals=0, words={"ok": ("được", BLUE), "failed": ("không được", RED)}),
            width=8,
        ).about("ConfigReloadFailed"),
        number(
            "Tuổi dữ liệu",
            "Time since registry, trust folder and packs were last changed on disk.",
            Ask(
                f"max by (dataset) (time() - congthu_data_updated_timestamp_seconds{{{PICK}}})",
                "{{dataset}}",
                is_instant=True,
            ),
            look=Look(
                "s",
                decimals=0,
                words={"registry": ("danh bạ", BLUE), "trust": ("tin cậy", ORANGE), "packs": ("bộ quy tắc", GREEN)},
                lowest=None,
            ),
            width=8,
            height=8,
        ).about("TrustDataStale"),
        grid(
            "Phiên bản",
            "Versions that run; more than one is an upgrade that stopped half-way.",
            Ask(f"count by (version, revision, pythonversion) (congthu_build_info{{{PICK}}})"),
            columns=(
                Column("version", "Phiên bản"),
                Column("revision", "Mã nguồn"),
                Column("pythonversion", "Python"),
                Column("Value", "Số tiến trình", unit="none"),
            ),
            height=5,
        ).about("VersionSkew"),
    ),
)

KEPT = Row(
    "Sổ cái",
    (
        number(
            "Ghi được sổ cái",
            "Whether the ledger, where one is kept, can be written; mail goes on either way.",
            Ask(f"max(congthu_ledger_failing{{{PICK}}})", is_instant=True),
            look=Look(decimals=0, steps=((None, BLUE), (1, RED)), names={"0": "được", "1": "không"}),
            height=8,
        ).about("LedgerFailing"),
        number(
            "Chờ ghi",
            "Records in memory that are not written yet; 10,000 fit.",
            Ask(f"sum(congthu_ledger_waiting{{{PICK}}})", is_instant=True),
            look=Look(decimals=0, steps=((None, BLUE), (1_000, ORANGE), (9_000, RED))),
            height=8,
        ).about("LedgerFailing"),
        lines(
            "Bản ghi bị mất, thư đi trước bản ghi",
            f"Records lost and mails sent before their record was written, over each ten minutes. {GOOD_NEWS}",
            Ask(counted("ledger_records_lost_total", PICK, over="10m"), "mất"),
            Ask(counted("ledger_late_total", PICK, over="10m"), "chậm"),
            look=Look(decimals=0, words={"mất": ("mất", RED), "chậm": ("chậm", ORANGE)}),
            width=8,
        ).about("LedgerRecordsLost", "LedgerLate"),
        lines(
            "Thời gian một lần ghi, 99 %",
            "Time of one commit of the ledger that 99 % stay below; mail waits for it.",
            Ask(quantile(0.99, "ledger_commit_seconds", "instance", "$__range"), "{{instance}}"),
            look=SECONDS,
            width=8,
        ).about("LedgerLate"),
    ),
)

COUNTED = Row(
    "Thống kê từ sổ cái",
    (
        number(
            "Lần đọc sổ gần nhất",
            "Time since `congthu records sync` last ended well, by the textfile of node exporter; it runs once a day.",
            Ask("time() - max(congthu_records_last_sync_timestamp_seconds)", is_instant=True),
            look=Look("s", decimals=1, steps=((None, BLUE), (93_600, RED)), lowest=None),
            height=8,
        ).about("RecordsStale", "RecordsMissing"),
        number(
            "Văn bản đã đếm",
            "Documents the store counts.",
            Ask("max(congthu_records_documents)", is_instant=True),
            look=COUNT,
            height=8,
        ),
        grid(
            "Điều làm số liệu chưa chắc",
            f"What speaks against figures, by kind; `congthu records status` names each. {GOOD_NEWS}",
            Ask("max by (kind) (congthu_records_caveats) > 0"),
            columns=(Column("kind", "Loại"), Column("Value", "Số", unit="none")),
            width=8,
            height=8,
        ).about("RecordsCaveats"),
        grid(
            "Báo cáo quá hạn",
            f"Agencies that have not handed in a periodic report, by duty. {GOOD_NEWS}",
            Ask("max by (duty) (congthu_reports_overdue) > 0"),
            columns=(Column("duty", "Nghĩa vụ"), Column("Value", "Cơ quan", unit="none")),
            width=8,
            height=8,
        ).about("ReportsOverdue", "ReportsCalendarStale"),
    ),
)

BOARD = Board(
    "congthu-reliability",
    "Congthu: Độ tin cậy / Reliability",
    "For whoever keeps the promise: error budget and its burn, saturation, versions, reloads.",
    (PROMISED, FULL, STATE, KEPT, COUNTED),
    shown="now-24h",
)
