"""Binding: whom a rule binds in one scene, and how hard it acts for them.

An agency is bound when the pack covers its territory and the rule its class, on the date. Of several bound
agencies the strictest posture counts.
Cites: docs/policy.md (a pack binds only agencies of its territory), BD-1d-4 and BD-1d-5 (start dates).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.judge.describe import UNREGISTERED
from gateway.values.pack import Bound, RuleScope, Start
from gateway.values.verdict import Posture

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from gateway.judge.describe import Scene
    from gateway.values.pack import Pack, PostureTable, Rule, Scope
    from gateway.values.registry import Agency

_HARDNESS = (Posture.OFF, Posture.OBSERVE, Posture.TAG, Posture.ENFORCE)
_ABOUT_ONE_RECIPIENT = frozenset({RuleScope.ENVELOPE, RuleScope.RECIPIENT})


def is_pack_bound(pack: Pack, scene: Scene) -> bool:
    """Tell whether a pack has anything to say about a transaction at all."""
    return pack.is_national or any(
        _is_covered(pack, agency) for agency in (scene.sender_agency, *scene.recipient_agencies)
    )


def posture_for(rule: Rule, pack: Pack, scene: Scene, recipient: int, table: PostureTable) -> Posture:
    """Give the posture of a rule on one subject; OFF when it binds nobody there.

    `recipient` is the index of the forward-path looked at; only the scopes envelope and recipient use it.
    A rule that binds anyone, in a pack for everywhere, binds strangers too, under the label `other`.
    """
    sides = _sides(rule, scene, recipient)
    bound = {agency.id: agency for agency in sides if agency is not None and _is_covered(pack, agency)}
    postures = [
        _posture_of_agency(rule, pack, agency, scene.on, table)
        for agency in bound.values()
        if _is_in_scope(rule.binding, agency)
    ]
    if not bound and pack.is_national and rule.binding.binds is Bound.ANY:
        postures = [table.posture_of(rule, pack.id, UNREGISTERED, scene.on)]
    if not _is_of_the_day(rule.binding, scene.on):
        return Posture.OFF
    return max(postures, key=_HARDNESS.index, default=Posture.OFF)


def posture_of_agency(rule: Rule, pack: Pack, agency: Agency, on: dt.date, table: PostureTable) -> Posture:
    """Give the posture of a rule for one agency on a day; OFF when it does not bind that agency."""
    if not _is_of_the_day(rule.binding, on) or not _is_covered(pack, agency) or not _is_in_scope(rule.binding, agency):
        return Posture.OFF
    return _posture_of_agency(rule, pack, agency, on, table)


def _is_of_the_day(scope: Scope, on: dt.date) -> bool:
    """Tell whether a rule binds anybody on a day: from `since` to `until`, both included."""
    return (scope.since is None or scope.since <= on) and (scope.until is None or on <= scope.until)


def _sides(rule: Rule, scene: Scene, recipient: int) -> Iterable[Agency | None]:
    """Give the agencies the rule looks to: the sender's, the recipients', or the one recipient's."""
    receiving = scene.recipient_agencies
    if rule.scope in _ABOUT_ONE_RECIPIENT:
        receiving = receiving[recipient : recipient + 1]
    match rule.binding.binds:
        case Bound.SENDER:
            return (scene.sender_agency,)
        case Bound.RECIPIENT:
            return receiving
        case Bound.ANY:
            return (scene.sender_agency, *receiving)


def _is_covered(pack: Pack, agency: Agency | None) -> bool:
    return agency is not None and (pack.is_national or agency.territory in pack.territories)


def _is_in_scope(scope: Scope, agency: Agency) -> bool:
    return (
        agency.id not in scope.exempt_agencies
        and agency.agency_class not in scope.exempt_classes
        and (not scope.classes or agency.agency_class in scope.classes)
    )


def _posture_of_agency(rule: Rule, pack: Pack, agency: Agency, on: dt.date, table: PostureTable) -> Posture:
    """Give the posture of one agency; before its start date at most OBSERVE, but secrecy has no start date.

    Behind its end date by decision the rule binds it no longer; one about secrets has none.
    """
    if not rule.is_secret and any(on > agency.end_dates.get(key, on) for key in (rule.id, pack.id)):
        return Posture.OFF
    posture = table.posture_of(rule, pack.id, agency.id, on)
    start = rule.binding.start or pack.start
    has_begun = rule.is_secret or _has_begun(start, agency, (rule.id, pack.id), on)
    return posture if has_begun else min(posture, Posture.OBSERVE, key=_HARDNESS.index)


def _has_begun(start: Start, agency: Agency, keys: tuple[str, str], on: dt.date) -> bool:
    """Tell whether a rule binds an agency yet: its own date, else its class's, else the default."""
    own = next((agency.start_dates[key] for key in keys if key in agency.start_dates), None)
    if own is not None:
        return own <= on
    if start == Start():
        return True
    if agency.has_start_date_unset or agency.agency_class in start.by_decision:
        return False
    date = start.by_class.get(agency.agency_class, start.default)
    return date is None or date <= on
