"""A report that holds every kind of cell, column and chart, with the awkward cases of each."""

from __future__ import annotations

from gateway.records.report import Chart, Column, Definition, Hidden, Report, Series, Share, Table, Text


def sample_report():
    """Make it; agencies are invented, and one has a name that must not become markup or a formula."""
    columns = (
        Column("agency", Text("Cơ quan", "Agency")),
        Column("issued", Text("Văn bản phát hành trên mạng", "Issued electronically"), "count"),
        Column("rate", Text("Tỷ lệ gửi qua mạng", "Share sent"), "share"),
        Column("due", Text("Hạn báo cáo", "Due"), "date"),
        Column("state", Text("Trạng thái", "State"), "state"),
        Column("saved", Text("Tiết kiệm", "Saved"), "money"),
        Column("leaders", Text("Hộp thư cá nhân hoạt động", "Active personal mailboxes"), "count"),
    )
    rows = (
        ("Sở Nội vụ (mẫu)", 1214, Share(1214, 1500), "2026-10-14", "on_time", 1_250_000, 41),
        ("Sở <b>Tài chính</b> & cs (mẫu)", 198, Share(198, None, 240), "2026-10-14", "late", None, Hidden()),
        ('=HYPERLINK("x")', 0, Share(0, None), "2026-10-14", "overdue", 0, 0),
        ("UBND xã B (mẫu)", 7, Share(0, 0), "", "due", 12, 12),
    )  # fmt: skip
    return Report(
        name="sample", period="2026-10", title=Text("Thống kê mẫu", "Sample statistics"), audience="public",
        figures=((Text("Văn bản", "Documents"), 1419), (Text("Tỷ lệ", "Share"), Share(1419, None, 1740))),
        tables=(Table("by-agency", Text("Theo cơ quan", "By agency"), columns, rows,
                      ("Cộng", 1419, Share(1412, 1740), None, None, 1_250_012, None),
                      Text("Cơ quan không gửi cũng có dòng.", "Agencies without any have a row.")),),
        charts=(
            Chart("rates", Text("Tỷ lệ gửi", "Share sent"), Text("phần trăm", "percent"), "bars",
                  tuple(row[0] for row in rows),
                  (Series(Text("Kỳ này", "This period"), (80.9, 82.5, None, 0.0)),
                   Series(Text("Kỳ trước", "Before"), (70.0, 60.5, 3.0, None))), 60.0, is_percent=True),
            Chart("months", Text("Theo tháng", "By month"), Text("văn bản", "documents"), "lines",
                  ("08", "09", "10"), (Series(Text("Gửi", "Sent"), (900.0, None, 1419.0)),)),
        ),
        notes=(Text("Ghi chú.", "Note."),), method=(Text("Đếm văn bản.", "Documents are counted."),),
        definitions=(Definition(Text("Văn bản", "Document"), Text("Số, ký hiệu, năm.", "Number, notation, year."),
                                "14/CT-UBND 4"),),
        warnings=(Text("Thiếu sổ của nút n2 ngày 05/10.", "Ledger of node n2 is missing on 5 October."),),
        citations=("Chỉ thị 14/CT-UBND, điểm 4 (2014-05-30)",), version=2, correction="Bổ sung sổ của nút n2",
    )  # fmt: skip
