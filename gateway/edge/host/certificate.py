"""Certificate: until when a served certificate is good; a gauge and a warning rest on it."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509


def expires_at_s(certificate_file: str | Path) -> float:
    """Give the Unix time at which the first certificate of a PEM file (the served one) expires.

    Raises:
        OSError: the file cannot be read.
        ValueError: it holds no certificate.
    """
    certificate = x509.load_pem_x509_certificates(Path(certificate_file).read_bytes())[0]
    return certificate.not_valid_after_utc.timestamp()
