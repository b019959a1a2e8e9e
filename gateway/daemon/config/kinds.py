"""Kinds of text in the configuration: addresses, networks, domains, files; the form each must have.

A kind turns the written text into the form the program uses, or raises ValueError with the advice.
Files are looked at (they must exist), nothing is opened.
"""

from __future__ import annotations

import os
import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gateway.edge.resolver.settings import DNS_PORT
from gateway.values.addresses import normalise_domain, parse_forward_path
from gateway.values.faults import Permanent
from gateway.values.hostport import split_host_port, split_ip_port

if TYPE_CHECKING:
    from collections.abc import Callable

CREDENTIAL = "credential:"
"""Prefix of a file that systemd hands over (LoadCredential=, systemd.exec(5))."""
MAX_CONTACT_CHARACTERS = 300
_WORD = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_CREDENTIAL_NAME = re.compile(r"[A-Za-z0-9_.-]{1,255}")
_WEB_ADDRESS = re.compile(r"https?://[!-~]{1,490}")
_HELP_TEXT = re.compile(r"[ -~]{1,200}")
_AUTHSERV_ID = re.compile(r"[A-Za-z0-9!#$%&'*+._`{|}~^-]{1,255}")
_HELP_BASE = re.compile(r"https?://[!-~]{1,180}")


def domain(text: str, _folder: Path) -> str:
    """A domain name."""
    try:
        return normalise_domain(text)
    except ValueError:
        raise ValueError(f"`{text}` is not a domain name") from None


def domain_pattern(text: str, folder: Path) -> str:
    """A domain name, or with a leading dot that and every domain below it."""
    return "." + domain(text[1:], folder) if text.startswith(".") else domain(text, folder)


def route_domain(text: str, folder: Path) -> str:
    """A domain pattern, or `*` for every other domain."""
    return text if text == "*" else domain_pattern(text, folder)


def network(text: str, _folder: Path) -> str:
    """A network in CIDR form; one that holds everything would make an open relay."""
    try:
        found = ip_network(text.strip())
    except ValueError:
        try:
            loose = ip_network(text.strip(), strict=False)
        except ValueError:
            raise ValueError(f"`{text}` is not a network; write it like `10.1.0.0/16`") from None
        raise ValueError(f"`{text}` names a host inside a network; did you mean `{loose}`?") from None
    if found.prefixlen == 0:
        raise ValueError(f"`{text}` holds every client: that is an open relay; name your own networks")
    return str(found)


def listen_address(text: str, _folder: Path) -> str:
    """`IPv4:port` or `[IPv6]:port`; port 0 takes a free one."""
    split_ip_port(text, lowest=0)
    return text


def next_hop(text: str, folder: Path) -> str:
    """`host:port`, the host being a name or an IP address in the same spelling."""
    host, _ = split_host_port(text)
    try:
        ip_address(host)
    except ValueError:
        if host != "localhost":
            domain(host, folder)
    return text


def help_base(text: str, _folder: Path) -> str:
    """The address of a folder of pages: it goes into SMTP replies, so it is short and ASCII."""
    parts = urlsplit(text)
    if not _HELP_BASE.fullmatch(text) or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError(f"`{text}` is not a page address; write it like `https://congthu.tinh-a.example/r`")
    return text.rstrip("/")


def mailbox(text: str, _folder: Path) -> str:
    """An address with its domain."""
    try:
        found = parse_forward_path(f"<{text}>".encode())
    except Permanent:
        found = ""
    if "@" not in found:
        raise ValueError(f"`{text}` is not an address; write it like `kiemtra@so-a.example`")
    return found


def help_contact(text: str, _folder: Path) -> str:
    """One line of a page, in any language."""
    if not text.isprintable() or len(text) > MAX_CONTACT_CHARACTERS:
        raise ValueError(f"is not one line of 1 to {MAX_CONTACT_CHARACTERS} characters")
    return text


def help_text(text: str, _folder: Path) -> str:
    """One line of an SMTP reply."""
    if not _HELP_TEXT.fullmatch(text):
        raise ValueError("is not one line of 1 to 200 printable ASCII characters: clients show nothing else")
    return text


def web_address(text: str, _folder: Path) -> str:
    """An address to fetch a list from."""
    parts = urlsplit(text)
    if not _WEB_ADDRESS.fullmatch(text) or not parts.hostname or parts.username or parts.fragment:
        raise ValueError(f"`{text}` is not a web address; write it like `http://crl.ca.example/ca.crl`")
    return text


def web_host(text: str, folder: Path) -> str:
    """A host that may be asked: an IP address, a name, or every name below one."""
    try:
        return str(ip_address(text))
    except ValueError:
        return text if text == "localhost" else domain_pattern(text, folder)


def web_proxy(text: str, _folder: Path) -> str:
    """A web proxy without a password."""
    parts = urlsplit(text)
    if parts.scheme != "http" or not parts.hostname or not parts.port or parts.username or parts.path.strip("/"):
        raise ValueError(f"`{text}` is not a proxy; write it like `http://10.0.0.1:3128`")
    return text.rstrip("/")


def authserv_id(text: str, _folder: Path) -> str:
    """What stands first in Authentication-Results, mostly a host name; case and a final dot do not matter."""
    if not _AUTHSERV_ID.fullmatch(text) or not text.rstrip("."):
        raise ValueError(f"`{text}` is not an authserv-id: the first word of that server's Authentication-Results")
    return text.lower().rstrip(".")


def dns_server(text: str, _folder: Path) -> str:
    """The address of a recursive server, with a port or without."""
    split_ip_port(text, default=DNS_PORT)
    return text


def word(text: str, _folder: Path) -> str:
    """An id: it becomes a metric label or a folder name."""
    if not _WORD.fullmatch(text):
        raise ValueError(f"`{text}` is not an id; use a-z, 0-9 and hyphens, 1 to 63 characters")
    return text


def file(text: str, folder: Path) -> str:
    """A file that exists; relative to the folder of the configuration, or a systemd credential."""
    path = _credential(text) if text.startswith(CREDENTIAL) else folder / text
    if not path.is_file():
        raise ValueError(f"there is no file `{path}`")
    return str(path)


def registry_file(text: str, folder: Path) -> str:
    """A `.toml` or `.csv` file that exists."""
    if not text.endswith((".toml", ".csv")):
        raise ValueError(f"`{text}` is neither .toml nor .csv")
    return file(text, folder)


def existing_folder(text: str, folder: Path) -> str:
    """A folder that exists; relative to the folder of the configuration."""
    path = folder / text
    if not path.is_dir():
        raise ValueError(f"there is no folder `{path}`")
    return str(path)


def made_folder(text: str, folder: Path) -> str:
    """A folder that is made when it is not there; the one above it is. Relative to the folder of the configuration."""
    path = folder / text
    if path.exists() and not path.is_dir():
        raise ValueError(f"`{path}` is no folder")
    if not path.parent.is_dir():
        raise ValueError(f"there is no folder `{path.parent}` to make it in")
    return str(path)


def any_folder(text: str, folder: Path) -> str:
    """A folder or file that another host or account may have; relative to the folder of the configuration."""
    return str(folder / text)


def _credential(text: str) -> Path:
    name = text.removeprefix(CREDENTIAL)
    if not _CREDENTIAL_NAME.fullmatch(name) or name in {".", ".."}:
        raise ValueError(f"`{name}` is not a name of a credential")
    directory = os.environ.get("CREDENTIALS_DIRECTORY")
    if not directory:
        raise ValueError(f"`{text}` needs systemd with LoadCredential= ($CREDENTIALS_DIRECTORY is not set)")
    return Path(directory) / name


KINDS: dict[str, Callable[[str, Path], str]] = {
    "gateway.host": domain,
    "gateway.help_base": help_base,
    "gateway.help_contact": help_contact,
    "listen.name": word,
    "listen.addresses": listen_address,
    "listen.certificate_file": file,
    "listen.key_file": file,
    "listen.client_networks": network,
    "listen.proxy_networks": network,
    "listen.help_text": help_text,
    "relay.relay_domains": domain_pattern,
    "relay.client_networks": network,
    "relay.clients.networks": network,
    "relay.clients.domains": domain_pattern,
    "relay.clients.name": word,
    "relay.routes.name": word,
    "relay.routes.domains": route_domain,
    "relay.routes.hosts": next_hop,
    "relay.routes.ca_file": file,
    "relay.routes.server_name": domain,
    "relay.routes.helo": domain,
    "policy.packs": word,
    "policy.folders": existing_folder,
    "policy.waivers": registry_file,
    "posture.entries.agency": word,
    "posture.entries.pack": word,
    "registry.files": registry_file,
    "registry.domain_lists": file,
    "trust.folder": existing_folder,
    "trust.fetch.folder": existing_folder,
    "trust.fetch.addresses": web_address,
    "trust.fetch.hosts": web_host,
    "trust.fetch.proxy": web_proxy,
    "identity.upstream": authserv_id,
    "identity.arc_sealers": domain,
    "identity.dns.addresses": dns_server,
    "checking.address": mailbox,
    "checking.recipient": mailbox,
    "ledger.folder": made_folder,
    "metrics.listen": listen_address,
    "records.ledgers": any_folder,
    "records.territory": word,
    "records.criteria": any_folder,
    "records.duties": any_folder,
}
"""Dotted key (of an array: without index) to its kind. Empty text always stands for the empty default."""
