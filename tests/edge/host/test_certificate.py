"""Until when a served certificate is good."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gateway.edge.host.certificate import expires_at_s

ENDS = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)


def pem(ends):
    """Make a self-signed certificate that ends at an instant."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mx.example.vn")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, ENDS - dt.timedelta(days=90), ends)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def test_the_served_certificate_is_the_first_of_its_file(tmp_path):
    """Intermediates follow it and may live longer or shorter."""
    file = tmp_path / "chain.pem"
    file.write_bytes(pem(ENDS) + pem(ENDS + dt.timedelta(days=900)))

    assert expires_at_s(file) == ENDS.timestamp()


def test_a_file_without_certificate_is_named_as_such(tmp_path):
    """Unreadable and empty files raise what the caller handles."""
    file = tmp_path / "key.pem"
    file.write_text("no certificate", "utf-8")

    with pytest.raises(ValueError, match="PEM"):
        expires_at_s(file)
    with pytest.raises(OSError, match="absent"):
        expires_at_s(tmp_path / "absent.pem")
