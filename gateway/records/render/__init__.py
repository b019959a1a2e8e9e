"""Render: a report as page, workbook, CSV and JSON; the same report gives the same octets."""
