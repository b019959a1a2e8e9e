"""Describe: envelope, facts and registry to the views a rule may ask. Registry look-ups happen here, once.

The sender is the first readable From mailbox; without one, the reverse-path. Names are taken from every From mailbox
and from Sender, for readers see them all. Dates are Vietnamese dates (UTC+7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from gateway.judge.claims import claims_office, find_claimed_agency, shown_domain
from gateway.judge.documents import view_document
from gateway.judge.domains import domain_of, is_mixed_script
from gateway.judge.enclosures import answer_enclosures
from gateway.judge.identity import CLAIMED, UNKNOWN, VERIFIED, identify, is_spoken_for
from gateway.judge.issuer import Issuer, issuers_of, signing_agency
from gateway.judge.own import find_own_documents, is_document_in_text, opens
from gateway.judge.parts import principal_of, view_mail, view_part
from gateway.judge.registered import VOUCHED, Owner, Registered
from gateway.judge.roles import OPEN, Role, read_receivers
from gateway.judge.signers import beside_by_path
from gateway.judge.views import (
    AuthView,
    ClientView,
    DocumentView,
    MailView,
    RecipientView,
    ReverseView,
    SenderView,
)
from gateway.values.facts import AddressFacts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from gateway.judge.part_view import PartView
    from gateway.values.envelope import Client, Envelope
    from gateway.values.facts import HeaderFacts, MessageFacts, PartFacts
    from gateway.values.identity import Authentication
    from gateway.values.registry import Agency, Registry

MAX_PEOPLE = 64
"""Mailboxes of From and Sender that are looked at; honest mail has one or two."""
UNREGISTERED = "other"
"""Agency label of whoever is not in the registry."""

_NOT_OURS = frozenset({"free", "disposable"})
_UNADDRESSED = frozenset({"from_missing", "from_replaced", "from_unaddressed"})
_ABOUT_AUTHORS = (
    "from_",
    "hidden_from",
    "authors_",
    "sender_",
    "duplicate_from",
    "duplicate_sender",
    "duplicate_reply",
)
"""What names of ambiguities about the author begin with (docs/mime.md)."""


class Scene(msgspec.Struct, frozen=True):
    """Everything rules may ask about one transaction."""

    client: ClientView
    reverse: ReverseView
    recipients: tuple[RecipientView, ...]
    sender_agency: Agency | None
    recipient_agencies: tuple[Agency | None, ...]
    """One per recipient, in order."""
    on: dt.date
    sender: SenderView | None = None
    """None at RCPT time, as are the rest."""
    auth: AuthView | None = None
    mail: MailView | None = None
    document: DocumentView | None = None
    parts: tuple[PartView, ...] = ()

    @property
    def direction(self) -> str:
        """`inbound`, `outbound` or `internal`."""
        return _direction(self.sender_agency, self.recipient_agencies)

    @property
    def agency(self) -> str:
        """Registry id of the sender's agency, or `other`: as which mail counts, so nobody counts for whom he claims."""
        is_counted = self.sender_agency is not None and (self.identity == VERIFIED or not self.is_checked)
        return self.sender_agency.id if self.sender_agency and is_counted else UNREGISTERED

    @property
    def identity(self) -> str:
        """`verified`, `claimed` or `unknown`."""
        return self.sender.identity if self.sender is not None else UNKNOWN

    @property
    def is_checked(self) -> bool:
        """Somebody looked whether senders are who they say."""
        return self.auth is not None and bool(self.auth.source)


def describe_recipient(
    client: Client, reverse_path: str, forward_path: str, registry: Registry, at: dt.datetime
) -> Scene:
    """Describe what is known when one RCPT is asked."""
    registered = Registered(registry, at)
    to = registered.owner(forward_path)
    return Scene(
        client=_view_client(client),
        reverse=_view_reverse(reverse_path, registered),
        recipients=(_view_recipient(to, registered),),
        sender_agency=registered.owner(reverse_path).agency,
        recipient_agencies=(to.agency,),
        on=registered.on,
    )


def describe(envelope: Envelope, facts: MessageFacts, registry: Registry, at: dt.datetime) -> Scene:
    """Describe a whole message."""
    registered = Registered(registry, at)
    author = next((one for one in facts.header.author if one.address), AddressFacts(envelope.reverse_path))
    owner = registered.owner(author.address)
    to = [registered.owner(path) for path in envelope.forward_paths]
    reverse = _view_reverse(envelope.reverse_path, registered)
    principal = principal_of(facts)
    # The null reverse-path reports and issues nothing.
    issuers = () if reverse.is_null else _issuers(owner.agency, to, registered, facts)
    own = find_own_documents(facts, issuers)
    offices = [one.agency for one in to]
    above = [registry.agency(one.parent, registered.on) if one and one.parent else None for one in offices]
    heard = read_receivers(facts.document.receivers, owner.agency, [*offices, *above], registry, registered.on)
    signing = signing_agency(owner.agency, registry, registered.on) if owner.agency else None
    return Scene(
        client=_view_client(envelope.client),
        reverse=reverse,
        recipients=tuple(
            _view_recipient(one, registered, role, over)
            for one, role, over in zip(to, heard.roles, heard.roles[len(to) :], strict=False)
        ),
        sender_agency=owner.agency,
        recipient_agencies=tuple(offices),
        on=registered.on,
        sender=_view_sender(author, owner, reverse, facts, registered, client=envelope.client),
        auth=_view_auth(facts.authentication),
        document=view_document(facts, at, registry.working_days()),
        parts=_view_parts(facts, signing, registered, principal, own),
        mail=view_mail(
            facts,
            to_kinds=[one.mailbox_kind for one in to],
            to_agencies=offices,
            direction=_direction(owner.agency, offices),
            own_document_count=len(own),
            is_own_document_in_text=is_document_in_text(facts, issuers),
            enclosures=answer_enclosures(facts, principal),
            unwritten=heard.unwritten,
        ),
    )


def _direction(sender: Agency | None, recipients: Iterable[Agency | None]) -> str:
    """Tell which way mail goes by the agencies it is from and to."""
    if sender is None:
        return "inbound"
    return "internal" if all(recipients) else "outbound"


def _view_parts(
    facts: MessageFacts,
    signing: Agency | None,
    registered: Registered,
    principal: PartFacts | None,
    own: frozenset[str],
) -> tuple[PartView, ...]:
    """View every part; `signing` is the agency whose signatures count, `own` the paths of its own documents."""
    beside = beside_by_path(facts.parts)
    kinds = {part.path: part.kind for part in facts.parts}
    return tuple(
        view_part(
            part,
            signing,
            registered.registry,
            registered.on,
            is_principal=part is principal,
            is_own_document=part.path in own,
            is_packed=not opens(part.path, kinds),
            beside=beside.get(part.path, ()),
        )
        for part in facts.parts
    )


def _issuers(agency: Agency | None, to: list[Owner], registered: Registered, facts: MessageFacts) -> tuple[Issuer, ...]:
    """Give the organisations whose documents the sender issues; none is asked for a mail that can hold no document."""
    if agency is None or not (facts.body_marks.is_whole or any(part.is_attachment for part in facts.parts)):
        return ()
    return issuers_of(agency, registered.registry, registered.on, [one.agency for one in to if one.agency])


def _view_client(client: Client) -> ClientView:
    return ClientView(
        is_trusted=client.is_trusted, has_tls=bool(client.tls_version), helo=client.helo, network=client.network
    )


def _view_reverse(reverse_path: str, registered: Registered) -> ReverseView:
    owner = registered.owner(reverse_path)
    return ReverseView(
        address=owner.address,
        is_null=not reverse_path,
        domain=owner.domain,
        domain_kind=owner.domain_kind if reverse_path else "",
        lookalike_of=registered.imitated(owner.domain, owner.address),
        agency=owner.agency.id if owner.agency else "",
    )


def _view_recipient(owner: Owner, registered: Registered, role: Role = OPEN, above: Role = OPEN) -> RecipientView:
    return RecipientView(
        **_registered(owner),
        lookalike_of=registered.imitated(owner.domain, owner.address),
        forwards_to_kind=registered.owner(owner.forwards_to).domain_kind if owner.forwards_to else "",
        roles=list(role.roles),
        above_roles=list(above.roles),
        is_named=role.is_named,
    )


def _registered(owner: Owner) -> dict[str, str]:
    """Give the facts that sender and recipient share: the address and what the registry says of it."""
    agency = owner.agency
    return {
        "address": owner.address,
        "domain": owner.domain,
        "domain_kind": owner.domain_kind,
        "mailbox_kind": owner.mailbox_kind,
        "agency": agency.id if agency else "",
        "agency_class": agency.agency_class if agency else "",
        "agency_level": agency.level if agency else "",
        "territory": agency.territory if agency else "",
    }


def _view_sender(  # noqa: PLR0913 - whom the message names, and whom the registry and the client know
    author: AddressFacts,
    owner: Owner,
    reverse: ReverseView,
    facts: MessageFacts,
    registered: Registered,
    *,
    client: Client,
) -> SenderView:
    agency, header = owner.agency, facts.header
    is_official = owner.domain_kind == "official" or bool(owner.mailbox_kind)
    replies = [registered.owner(one.address) for one in header.reply_to if one.address]
    people = _shown_people(author, header)
    names = registered.registry.protected_names(registered.on)
    claimed = next(filter(None, (find_claimed_agency(one.display_name, names) for one in people)), "")
    shown = next(filter(None, (shown_domain(one.display_name) for one in people)), "")
    identity = identify(client, header, facts.authentication)
    kind = registered.kind_without_mailbox(owner) if identity == CLAIMED else owner.domain_kind
    return SenderView(
        **_registered(owner) | {"domain_kind": kind},
        certificate=agency.certificate if agency else "",
        is_official=is_official,
        is_free=kind in _NOT_OURS,
        lookalike_of=_find_lookalike(author, header, replies, registered),
        is_mixed_script=is_mixed_script(owner.domain) and owner.domain_kind not in VOUCHED,
        claims_office=bool(claimed)
        or any(claims_office(one.display_name, one.address.partition("@")[0]) for one in people),
        claimed_agency=claimed,
        is_name_foreign=bool(claimed) and not _are_kin(claimed, agency, registered),
        is_name_address_foreign=_shows_foreign_address(shown, owner, registered),
        has_free_reply_to=any(reply.domain_kind in _NOT_OURS for reply in replies),
        has_foreign_reply_to=any(
            reply.domain_kind not in {"official", "registered_other"} and reply.domain != owner.domain
            for reply in replies
        ),
        is_envelope_mismatched=is_official and bool(reverse.domain_kind in _NOT_OURS or reverse.lookalike_of),
        author_count=sum(bool(one.address) for one in header.author),
        is_ambiguous=header.is_author_ambiguous,
        identity=identity,
        is_outside_network=bool(client.speaks_for) and not is_spoken_for(owner.domain, client.speaks_for),
        is_unaddressed=_is_unaddressed(facts),
    )


def _view_auth(found: Authentication) -> AuthView:
    spf, dmarc, arc = found.spf, found.dmarc, found.arc
    holding = [one for one in found.dkim if one.result == "pass"]
    return AuthView(
        source=found.source,
        spf=spf.result if spf else "",
        dkim=[one.result for one in found.dkim],
        dkim_domains=list(dict.fromkeys(one.domain for one in holding)),
        is_oversigned=any(one.is_oversigned for one in holding),
        dmarc=dmarc.result if dmarc else "",
        dmarc_policy=dmarc.policy if dmarc else "",
        aligned=list(dmarc.aligned) if dmarc else [],
        arc=arc.result if arc else "",
        vouched_by=found.vouched_by,
    )


def _is_unaddressed(facts: MessageFacts) -> bool:
    """Tell whether From names no address, and nothing else is odd about who wrote: devices write no domain."""
    return not any(one.address for one in facts.header.author) and not any(
        name.startswith(_ABOUT_AUTHORS) and name not in _UNADDRESSED for name in facts.ambiguities
    )


def _shown_people(author: AddressFacts, header: HeaderFacts) -> tuple[AddressFacts, ...]:
    """Give whom a reader sees as the sender: the author, the other mailboxes of From, and Sender."""
    people = dict.fromkeys((author, *header.author, *((header.sender,) if header.sender else ())))
    return tuple(people)[:MAX_PEOPLE]


def _find_lookalike(author: AddressFacts, header: HeaderFacts, replies: list[Owner], registered: Registered) -> str:
    """Give the first official domain that a domain shown to the reader imitates."""
    people = _shown_people(author, header)
    shown = [(domain_of(one.address), one.address) for one in people]
    shown += [(reply.domain, reply.address) for reply in replies]
    shown += [(shown_domain(one.display_name), "") for one in people]
    return next(filter(None, (registered.imitated(domain, address) for domain, address in shown)), "")


def _are_kin(claimed: str, agency: Agency | None, registered: Registered) -> bool:
    """Tell whether the named agency is the sender's own, its parent or its child."""
    if agency is None:
        return False
    named = registered.registry.agency(claimed, registered.on)
    return claimed in {agency.id, agency.parent} or (named is not None and named.parent == agency.id)


def _shows_foreign_address(shown: str, owner: Owner, registered: Registered) -> bool:
    """Tell whether the display name shows an official address that is not of the real domain."""
    if not shown or shown == owner.domain:
        return False
    return registered.registry.find_domain(shown, registered.on).kind == "official" and owner.domain_kind != "official"
