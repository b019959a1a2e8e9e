"""Kinds attackers send that honest mail hardly carries."""

from __future__ import annotations

import pytest

from gateway.read.kinds import sniff


@pytest.mark.parametrize(
    ("octets", "kind"),
    [
        (b"ITSF\x03\0\0\0" + b"\0" * 90, "chm"),
        (bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3") + b"\0" * 90, "onenote"),
        (b"\0\x01\0\0Standard ACE DB\0", "access"),
        (b"vhdxfile" + b"\0" * 90, "disk_image"),
        (b"\0" * 2_048 + b"koly" + b"\0" * 508, "disk_image"),
        (b"\xeb\x3c\x90MSDOS5.0" + b"\0" * 43 + b"FAT16   " + b"\0" * 448 + b"\x55\xaa" + b"\0" * 600, "disk_image"),
        (b"\xca\xfe\xba\xbe\0\0\0\x34", "executable"),
        (b"dex\n035\0", "executable"),
        (b"#!/bin/sh\nrm -r x\n", "script"),
        (b"<job><script language='VBScript'>x</script></job>", "script"),
        (b"<?XML version='1.0'?><scriptlet><registration/></scriptlet>", "script"),
        (b"<html><hta:application id='a'/></html>", "script"),
        (b"[InternetShortcut]\r\nURL=file://x.example/a\r\n", "shortcut"),
        (b"\xef\xbb\xbf[internetshortcut]\r\n", "shortcut"),
        (b"full address:s:x.example\r\n", "shortcut"),
        (b"WEB\r\n1\r\nhttps://x.example/a\r\n", "shortcut"),
        (b"<?xml version='1.0'?><libraryDescription xmlns='x'/>", "shortcut"),
        (b"<?xml version='1.0'?><jnlp spec='1.0'/>", "shortcut"),
        (b"<?xml version='1.0'?><!-- x > y --><?job debug='true'?>\n<package>\n<job id='a'>", "script"),
        (b"<?xml version='1.0'?><component id='a'><registration/><script>", "script"),
        (b"<asmv1:assembly xmlns='urn:schemas-microsoft-com:asm.v1'>", "shortcut"),
        (b"<?xml version='1.0'?><nhanSu><job>chuyen vien</job></nhanSu>", "xml"),
        (b"<?xml version='1.0'?><ClinicalDocument xmlns='urn:hl7-org:v3'><component/></ClinicalDocument>", "xml"),
        (b"<?xml version='1.0'?><package xmlns='http://www.idpf.org/2007/opf'/>", "xml"),
        (b"<?xml version='1.0'?><congTy><assembly>lap rap</assembly></congTy>", "xml"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "html"),
        (b"<p>Li\xc3\xaan h\xe1\xbb\x87</p>", "html"),
        (b"WEB la mot trang\n", "text"),
        (b"CWS la chu viet tat\n", "text"),
    ],
)
def test_kinds_show_by_their_octets(octets: bytes, kind: str) -> None:
    """Named by content, whatever the file is called; prose that only resembles them stays text."""
    assert sniff(octets) == kind
