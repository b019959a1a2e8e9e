"""STARTTLS: injection, forgotten state, versions and the swap of certificates."""

import asyncio
import datetime as dt
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.edge.tls_server import ServerTls, build_server_context
from gateway.values.faults import Misconfigured
from tests.support.smtp_client import bench


def write_pair(folder, name, password=None):
    """Make a self-signed certificate for `name`; answers the two files."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2099, 1, 1, tzinfo=dt.UTC))
        .sign(key, hashes.SHA256())
    )
    protection = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    files = folder / f"{name}.crt", folder / f"{name}.key"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection))
    return files


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """One certificate and key for most tests here."""
    return write_pair(tmp_path_factory.mktemp("tls"), "gw.cqnn.test")


def play(story):
    """Run a coroutine to its end."""
    asyncio.run(asyncio.wait_for(story, 20))


def subject(client):
    """Name the certificate a client was shown."""
    octets = client.writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    return x509.load_der_x509_certificate(octets).subject.rfc4514_string()


def test_starttls_forgets_everything(pair):
    """After the handshake the client is greeted anew: no EHLO, no MAIL survives, STARTTLS is not offered again."""

    async def story():
        async with bench(ssl_context_provider=ServerTls(*pair).context) as made:
            client = await made.client()
            assert b"250 STARTTLS\r\n" in await client.greet()
            await client.ask(b"MAIL FROM:<plain@b.vn>")
            assert (await client.ask(b"STARTTLS")).startswith(b"220 2.0.0 ")
            await client.start_tls()
            assert (await client.ask(b"RCPT TO:<a@so-a.gov.vn>")).startswith(b"503 5.5.1 Send EHLO")
            assert (await client.ask(b"MAIL FROM:<a@b.vn>")).startswith(b"503 5.5.1 Send EHLO")
            assert b"STARTTLS" not in await client.ask(b"EHLO mta")
            await client.envelope()
            body = b"z" * 1_000_000 + b"\r\n"
            assert (await client.ask(body + b".")).startswith(b"250 ")
            assert made.handler.messages == [body]
            who = [call[1] for call in made.handler.calls if call[0] == "mail"][-1]
            assert (who.tls_version, who.helo) == ("TLSv1.3", "mta")
            assert who.tls_cipher
            assert made.observer.handshakes == [("TLSv1.3", "ok")]
            assert made.handler.names()[:3] == ["reset", "mail", "reset"]
            await client.ask(b"QUIT")

    play(story())


def test_second_starttls_is_refused(pair):
    """STARTTLS inside TLS is 503 (aiosmtpd starts a second layer)."""

    async def story():
        async with bench(ssl_context_provider=ServerTls(*pair).context) as made:
            client = await made.client()
            await client.greet()
            await client.ask(b"STARTTLS")
            await client.start_tls()
            assert await client.ask(b"STARTTLS") == b"503 5.5.1 TLS already active\r\n"

    play(story())


def test_starttls_injection(pair):
    """Plaintext pipelined after STARTTLS is refused with 554 and close (CVE-2011-0411, CVE-2024-34083)."""

    async def story():
        async with bench(ssl_context_provider=ServerTls(*pair).context) as made:
            client = await made.client()
            await client.greet()
            await client.send(b"STARTTLS\r\nMAIL FROM:<evil@b.vn>\r\n")
            assert (await client.reply()).startswith(b"554 5.5.0 ")
            assert await client.rest() == b""
            assert "mail" not in made.handler.names()

    play(story())


def test_failed_handshake_ends_the_session(pair):
    """Garbage in place of a handshake ends the session and is told to the observer; the listener goes on."""

    async def story():
        async with bench(ssl_context_provider=ServerTls(*pair).context) as made:
            client = await made.client()
            await client.greet()
            await client.ask(b"STARTTLS")
            await client.send(b"EHLO plain\r\n" * 3)
            await client.rest()
            await made.observer.ended.wait()
            assert made.observer.handshakes == [("", "failed")]
            assert made.observer.results == ["tls"]
            assert made.handler.names()[-1] == "close"
            again = await made.client()
            await again.greet()

    play(story())


def test_drop_in_the_handshake(pair):
    """A client that leaves in the middle of the handshake leaves nothing behind."""

    async def story():
        async with bench(ssl_context_provider=ServerTls(*pair).context) as made:
            client = await made.client()
            await client.greet()
            await client.ask(b"STARTTLS")
            client.drop()
            await made.observer.ended.wait()
            assert made.listener.sessions_active == 0

    play(story())


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_versions(pair, version):
    """TLS 1.2 and 1.3 are spoken."""

    async def story():
        async with bench(ssl_context_provider=ServerTls(*pair).context) as made:
            client = await made.client()
            await client.greet()
            await client.ask(b"STARTTLS")
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            context.minimum_version = context.maximum_version = version
            await client.writer.start_tls(context)
            assert (await client.ask(b"EHLO mta")).startswith(b"250-")
            assert made.observer.handshakes == [(client.writer.get_extra_info("ssl_object").version(), "ok")]

    play(story())


def test_nothing_older(pair):
    """TLS 1.1 and older, and ciphers without forward secrecy or with CBC, are not offered."""
    context = build_server_context(*pair)

    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    names = [cipher["name"] for cipher in context.get_ciphers()]
    assert names
    assert all(name.startswith(("TLS_", "ECDHE-")) for name in names)
    assert all(name.startswith("TLS_") or "GCM" in name or "POLY1305" in name for name in names)


def test_certificate_swap(tmp_path):
    """After a reload new handshakes see the new certificate, a session already encrypted goes on."""

    async def story():
        certificate, key = write_pair(tmp_path, "old.cqnn.test")
        tls = ServerTls(certificate, key)
        async with bench(ssl_context_provider=tls.context) as made:
            first = await made.client()
            await first.greet()
            await first.ask(b"STARTTLS")
            await first.start_tls()
            new_certificate, new_key = write_pair(tmp_path, "new.cqnn.test")
            certificate.write_bytes(new_certificate.read_bytes())
            key.write_bytes(new_key.read_bytes())
            tls.reload()
            second = await made.client()
            await second.greet()
            await second.ask(b"STARTTLS")
            await second.start_tls()

            assert (subject(first), subject(second)) == ("CN=old.cqnn.test", "CN=new.cqnn.test")
            assert (await first.ask(b"EHLO mta")).startswith(b"250-")

    play(story())


def test_bad_pair_keeps_the_old_one(tmp_path):
    """A key that does not belong, a missing file, garbage or a pass phrase: refused, the old context stays whole."""
    certificate, key = write_pair(tmp_path, "old.cqnn.test")
    tls = ServerTls(certificate, key)
    before = tls.context()
    _, other_key = write_pair(tmp_path, "other.cqnn.test")
    _, locked_key = write_pair(tmp_path, "locked.cqnn.test", password=b"secret")
    for bad in (other_key.read_bytes(), b"garbage", b"", locked_key.read_bytes()):
        key.write_bytes(bad)
        with pytest.raises(Misconfigured):
            tls.reload()
        assert tls.context() is before
    key.unlink()
    with pytest.raises(Misconfigured) as caught:
        tls.reload()
    assert caught.value.problems[0].file == str(key)
    assert tls.context() is before

    async def story():
        async with bench(ssl_context_provider=tls.context) as made:
            client = await made.client()
            await client.greet()
            await client.ask(b"STARTTLS")
            await client.start_tls()
            assert subject(client) == "CN=old.cqnn.test"

    play(story())
