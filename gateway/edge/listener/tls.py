"""Server TLS: the context new sessions are encrypted with, replaced as a whole when a certificate changes.

Loading a bad pair into a live context breaks every later handshake, so a reload builds a new context,
and only a complete one replaces the old. Sessions already encrypted keep the context they began with.
"""

from __future__ import annotations

import ssl
from pathlib import Path

from gateway.values.faults import ConfigProblem, Misconfigured

_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Forward secrecy and authenticated encryption only, for TLS 1.2 (RFC 9325 section 4.2); 1.3 has no others."""


def build_server_context(certificate_file: str | Path, key_file: str | Path) -> ssl.SSLContext:
    """Make a server context of TLS 1.2 and later from a PEM chain, leaf first, and its unencrypted key.

    Raises:
        Misconfigured: a file cannot be read, is not PEM, or certificate and key do not belong together.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    for file in (certificate_file, key_file):
        if not Path(file).is_file():
            raise Misconfigured([ConfigProblem(str(file), 0, "", "file not found or not readable")])
    try:
        context.load_cert_chain(certificate_file, key_file, password=_no_password)
    except (OSError, ValueError) as error:
        # ssl.SSLError is an OSError; its reason names the mismatch without showing key material.
        reason = getattr(error, "reason", None) or type(error).__name__
        problem = ConfigProblem(str(certificate_file), 0, "", f"not usable with key {key_file}: {reason}")
        raise Misconfigured([problem]) from error
    return context


class ServerTls:
    """Holds the current server context; `context` is what the listener asks for at each STARTTLS."""

    def __init__(self, certificate_file: str | Path, key_file: str | Path) -> None:
        self._certificate_file, self._key_file = certificate_file, key_file
        self._context = build_server_context(certificate_file, key_file)

    def context(self) -> ssl.SSLContext:
        """Give the context for the next handshake."""
        return self._context

    def reload(self) -> None:
        """Read both files again and use them from now on; on any problem the old context stays.

        Raises:
            Misconfigured: the new pair cannot be used.
        """
        self._context = build_server_context(self._certificate_file, self._key_file)


def _no_password() -> str:
    # Without this OpenSSL would ask for a pass phrase on the terminal and block the loop.
    raise ValueError("private key is encrypted")
