"""STARTTLS: injection, forgotten state, versions and the swap of certificates."""

import asyncio
import ssl

import pytest

from gateway.edge.listener.tls import ServerTls
from tests.support.certificates import subject, write_pair
from tests.support.smtp_client import bench


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """One certificate and key for most tests here."""
    return write_pair(tmp_path_factory.mktemp("tls"), "gw.cqnn.test")


def play(story):
    """Run a coroutine to its end."""
    asyncio.run(asyncio.wait_for(story, 20))


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
            assert made.observer.handshakes == [("TLSv1.3", "")]
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
            assert made.observer.handshakes == [("", "WRONG_VERSION_NUMBER")]
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
            assert made.observer.handshakes == [(client.writer.get_extra_info("ssl_object").version(), "")]

    play(story())


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
