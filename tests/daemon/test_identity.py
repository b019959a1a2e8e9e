"""Who really sent it, through the real daemon and a real DNS server: field, log, metrics, and no DNS at all."""

from __future__ import annotations

import re
import signal

import pytest

from gateway.demo.mails import DEPARTMENT_A, OFFICE, PROVINCE
from tests.support.daemon import running_daemon
from tests.support.dkim_signer import record, rsa_key, sign
from tests.support.dns_server import dns_server

DOMAIN = DEPARTMENT_A.rpartition("@")[2]
STRANGER = "ketoan@gia-mao.example"
SELECTOR = f"s1._domainkey.{DOMAIN}"
HOST = f"congthu.{PROVINCE}".encode()


def mail(author=DEPARTMENT_A, body=b"Kinh gui Van phong,\r\n"):
    """A plain mail of an author."""
    return (
        f"From: {author}\r\nTo: vanthu@vpubnd.{PROVINCE}\r\nSubject: Trao doi\r\n"
        "Date: Mon, 30 Nov 2026 10:00:00 +0700\r\n\r\n"
    ).encode() + body


def configured(server, more=""):
    """Changes of the demonstration's configuration that have senders checked by a server."""
    identity = (
        f'\n[identity]\nmode = "check"\n\n[identity.dns]\naddresses = ["{server.address}"]\n'
        f"lookup_timeout_s = 0.5\nmessage_timeout_s = 2.0\n{more}"
    )
    return {'format = "json"\n': f'format = "json"\n{identity}'}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A gateway that checks senders, and the DNS it asks: Sở A publishes everything, Sở B nothing."""
    with dns_server() as server:
        server.txt(DOMAIN, "v=spf1 ip4:127.0.0.1 -all")
        server.txt(f"_dmarc.{DOMAIN}", "v=DMARC1; p=reject")
        server.txt(SELECTOR, record(rsa_key()))
        server.txt(f"_dmarc.{PROVINCE}", "v=DMARC1; p=none")
        with running_daemon(tmp_path_factory.mktemp("identity"), changes=configured(server)) as gateway:
            yield gateway, server


def send(world, octets, reverse_path):
    """Send one mail; answer its line in the log and what the next hop holds of it."""
    gateway, _server = world
    gateway.begin_log()
    gateway.next_hop.begin_anew()
    assert gateway.send(octets, reverse_path)[0] == 250
    gateway.wait_for(lambda: gateway.events("transaction"), "no line of the transaction")
    return gateway.events("transaction")[0], gateway.next_hop.messages[-1].octets


def results_of(octets):
    """The one Authentication-Results field of ours, unfolded."""
    (found,) = re.findall(rb"(?m)^Authentication-Results: (" + HOST + rb";(?:.*\r\n)(?:[ \t].*\r\n)*)", octets)
    return b" ".join(found.split()).decode()


def test_spf_of_the_authors_own_domain_verifies(world):
    """An aligned address is enough, and everybody hears of it: field, log, figures."""
    gateway, _server = world
    before = gateway.metric("congthu_sender_authentication_total", method="identity", result="verified")
    line, octets = send(world, mail(), DEPARTMENT_A)

    assert line["identity"] == "verified"
    assert {"spf=pass", "dmarc=pass"} <= set(line["authentication"])
    assert line["agency"] == "so-a"
    assert "spf=pass" in results_of(octets)
    assert f"header.from={DOMAIN}" in results_of(octets)
    assert b"identity=verified" in octets
    after = gateway.metric("congthu_sender_authentication_total", method="identity", result="verified")
    assert after == before + 1


def test_a_signature_verifies_through_a_strangers_server(world):
    """DKIM of the author's domain counts whoever brings the mail; the key is asked once, then foreseen."""
    _gateway, server = world
    line, octets = send(world, sign(mail(), d=DOMAIN), STRANGER)
    assert (line["identity"], line["agency"]) == ("verified", "so-a")
    assert "dkim=pass" in results_of(octets)

    asked = server.asked.total()
    line, _octets = send(world, sign(mail(), d=DOMAIN), STRANGER)
    assert line["identity"] == "verified"
    assert server.asked.total() == asked


def test_a_changed_body_is_only_claimed_and_counts_for_nobody(world):
    """What was signed was something else: tagged as claimed, against the domain's own policy, counted as other."""
    line, octets = send(world, sign(mail(), d=DOMAIN).replace(b"Kinh", b"Quen"), STRANGER)

    assert (line["identity"], line["agency"]) == ("claimed", "other")
    assert {"NAT-AUTH-1", "NAT-AUTH-2"} <= set(line["rules"])
    assert "dkim=fail" in results_of(octets)
    assert b"nguoi-gui-chua-xac-thuc" in octets


def test_a_domain_that_publishes_nothing_is_claimed_and_delivered(world):
    """Honest mail of an office without SPF is tagged, never refused."""
    line, _octets = send(world, mail(f"vanthu@sob.{PROVINCE}"), f"vanthu@sob.{PROVINCE}")

    assert line["identity"] == "claimed"
    assert "NAT-AUTH-1" in line["rules"]
    assert "NAT-AUTH-2" not in line["rules"]


def test_silent_dns_leaves_the_sender_unknown_and_the_mail_goes_on(world):
    """No answer is no conclusion; and it costs once, not every message."""
    _gateway, server = world
    author = f"vanthu@xac.{PROVINCE}"
    server.behaviours[f"xac.{PROVINCE}"] = "servfail"
    line, octets = send(world, mail(author), author)
    assert line["identity"] == "unknown"
    assert not {"NAT-AUTH-1", "NAT-AUTH-2"} & set(line.get("rules", ()))
    assert "spf=temperror" in results_of(octets)

    asked = server.asked[f"xac.{PROVINCE}", "TXT"]
    send(world, mail(author), author)
    assert server.asked[f"xac.{PROVINCE}", "TXT"] == asked


def test_results_forged_under_our_name_are_removed(world):
    """The one field under our name is ours."""
    forged = b"Authentication-Results: " + HOST + b"; spf=pass; dmarc=pass header.from=" + DOMAIN.encode() + b"\r\n"
    _line, octets = send(world, forged + mail(), STRANGER)

    assert "dmarc=fail" in results_of(octets)


def test_a_dead_resolver_stops_no_mail_and_is_told(tmp_path):
    """Nobody answers at all: mail flows, identity is unknown, the figures say that look-ups fail."""
    with dns_server() as server:
        changes = configured(server)
    with running_daemon(tmp_path, changes=changes) as gateway:
        assert gateway.send(mail(), DEPARTMENT_A)[0] == 250
        gateway.wait_for(lambda: gateway.events("transaction"), "no line of the transaction")
        line = gateway.events("transaction")[0]

        assert (line["identity"], line["agency"]) == ("unknown", "other")
        assert gateway.metric("congthu_dns_lookups_total", status="failed") > 0


def test_results_of_a_server_in_front_are_believed_of_our_own_networks_alone(tmp_path):
    """Mode upstream: the named field counts from a client of ours; from a stranger it is a text like any other."""
    said = f"Authentication-Results: mx.{PROVINCE}; dmarc=pass header.from={DOMAIN}; spf=fail\r\n".encode()
    upstream = f'\n[identity]\nmode = "upstream"\nupstream = ["MX.{PROVINCE}"]\n'
    json, domains = 'format = "json"\n', f'relay_domains = [".{PROVINCE}"]\n'
    changes = {json: json + upstream, domains: domains + 'client_networks = ["127.0.0.1"]\n'}
    with running_daemon(tmp_path, changes=changes) as gateway:
        one = (gateway, None)
        line, octets = send(one, said + mail(), DEPARTMENT_A)
        assert line["identity"] == "verified"
        assert said in octets

        line, _octets = send(one, said.replace(b"mx.", b"other.") + mail(), DEPARTMENT_A)
        assert line["identity"] == "unknown"
    changes[domains] = domains + 'client_networks = ["10.0.0.0/8"]\n'
    (tmp_path / "strangers").mkdir()
    with running_daemon(tmp_path / "strangers", changes=changes) as gateway:
        line, _octets = send((gateway, None), said + mail(), DEPARTMENT_A)
        assert line["identity"] == "unknown"


def test_a_reload_asks_other_servers_and_remembers_nothing_of_the_old_ones(tmp_path):
    """A resolver that lies or is dead is replaced without a restart; the session that was there goes on."""
    with dns_server() as old, dns_server() as new, running_daemon(tmp_path, changes=configured(old)) as gateway:
        new.txt(DOMAIN, "v=spf1 ip4:127.0.0.1 -all")
        with gateway.client() as client:
            client.mail(DEPARTMENT_A)
            client.rcpt(OFFICE)
            generation = gateway.metric("congthu_config_generation")
            file = gateway.folder / "congthu.toml"
            file.write_text(file.read_text().replace(old.address, new.address))
            gateway.signal(signal.SIGHUP)
            gateway.wait_for(lambda: gateway.metric("congthu_config_generation") > generation, "no reload")
            assert client.data(mail())[0] == 250
        assert gateway.send(mail(), DEPARTMENT_A)[0] == 250
        gateway.wait_for(lambda: len(gateway.events("transaction")) == 2, "no lines of the transactions")

        assert [one["identity"] for one in gateway.events("transaction")] == ["claimed", "verified"]


def test_the_check_address_answers_whom_dns_vouches_for(tmp_path):
    """Author verified and reverse-path by SPF: answered. Only claimed: refused, though the domain is ours."""
    check = f"kiemtra@vpubnd.{PROVINCE}"
    with dns_server() as server:
        server.txt(DOMAIN, "v=spf1 ip4:127.0.0.1 -all")
        server.txt(f"_dmarc.{DOMAIN}", "v=DMARC1; p=reject")
        server.txt(SELECTOR, record(rsa_key()))
        changes = configured(server, f'\n[checking]\naddress = "{check}"\n')
        with running_daemon(tmp_path, changes=changes) as gateway:
            codes = [
                gateway.send(octets, reverse_path, (check,))[0]
                for octets, reverse_path in (
                    (mail(), DEPARTMENT_A),
                    (mail(f"vanthu@sob.{PROVINCE}"), f"vanthu@sob.{PROVINCE}"),
                    (sign(mail(), d=DOMAIN), f"vanthu@sob.{PROVINCE}"),
                )
            ]
            answered = [message.forward_paths for message in gateway.next_hop.messages]

    assert codes == [250, 550, 550]
    assert answered == [[DEPARTMENT_A]]
