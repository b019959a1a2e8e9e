"""Registry checks: what can only be seen over all statements together.

Overlapping intervals, one mailbox or domain owned twice on a date, missing parents and successors,
cycles. Nothing is repaired: a registry with one problem is not used.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from gateway.edge.registry.draft import Where
from gateway.edge.registry.syntax import ATTRIBUTES, LAST_DAY
from gateway.values.tomltext import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gateway.edge.registry.draft import AgencyDraft, Draft, MailboxStatement, Problems, Statement


def check_draft(draft: Draft) -> None:
    """Add every problem of the whole to `draft.problems`."""
    for agency in draft.agencies.values():
        _check_attributes(agency, draft.problems)
        _check_links(agency, draft)
    _check_domains(draft)
    _check_mailboxes(draft)
    _check_cycles(draft)


def interval(statement: Statement | MailboxStatement, agency: AgencyDraft | None) -> tuple[int, int]:
    """Give the first and last day of a statement; a missing bound is the agency's."""
    start, end = statement.start, statement.end
    if start is None:
        start = agency.start if agency else 1
    if end is None:
        end = agency.end if agency else LAST_DAY
    return start, max(start, end)


def _day(ordinal: int) -> str:
    return dt.date.fromordinal(ordinal).isoformat()


def _check_attributes(agency: AgencyDraft, problems: Problems) -> None:
    clashes: dict[tuple[str, str], list[tuple[Statement, Statement]]] = {}
    for key, statements in agency.statements.items():
        if len(statements) < 2:
            continue
        groups: dict[str, list[Statement]] = {}
        for statement in statements:
            groups.setdefault(statement.value if ATTRIBUTES[key].is_list else "", []).append(statement)
        for group in groups.values():
            ordered = sorted(group, key=lambda statement: interval(statement, agency))
            for before, after in pairwise(ordered):
                if interval(after, agency)[0] <= interval(before, agency)[1]:
                    clashes.setdefault((str(after.where), str(before.where)), []).append((before, after))
    for pairs in clashes.values():
        _report_clash(pairs, agency, problems)


def _report_clash(pairs: list[tuple[Statement, Statement]], agency: AgencyDraft, problems: Problems) -> None:
    """Report what two places say for the same days: once, however many columns of a doubled CSV row it touches."""
    before, after = pairs[0]
    start, end = _day(interval(after, agency)[0]), _day(interval(before, agency)[1])
    keys = sorted({pair[1].where.key for pair in pairs})
    if len(keys) > 1:
        told = f"`{'`, `'.join(keys)}` from {start} are said at {before.where} already, which holds until {end}"
    else:
        told = f"`{after.value}` from {start} overlaps `{before.value}` ({before.where}), which holds until {end}"
    where = after.where if len(keys) == 1 else Where(after.where.source, after.where.path, "id")
    problems.add(where, f"{told}; `valid_to` is the last day, included")


def _check_links(agency: AgencyDraft, draft: Draft) -> None:
    for statement in agency.statements.get("parent", ()):
        if statement.value not in draft.agencies:
            hint = did_you_mean(statement.value, draft.agencies)
            draft.problems.add(statement.where, f"parent `{statement.value}` is not in the registry{hint}")
    for statement in agency.successors:
        if statement.value not in draft.agencies:
            hint = did_you_mean(statement.value, draft.agencies)
            draft.problems.add(statement.where, f"successor `{statement.value}` is not in the registry{hint}")


def _check_domains(draft: Draft) -> None:
    owners: dict[str, list[tuple[int, int, str, Statement]]] = {}
    for agency in draft.agencies.values():
        for statement in agency.statements.get("domains", ()):
            owners.setdefault(statement.value, []).append((*interval(statement, agency), agency.id, statement))
    for statement in draft.shared_domains:
        owners.setdefault(statement.value, []).append((*interval(statement, None), "", statement))
    for domain, held in owners.items():
        if len(held) < 2:
            continue
        held.sort(key=itemgetter(0, 1))
        for before, after in pairwise(held):
            same_agency = before[2] and before[2] == after[2]  # told with the agency's other attributes
            if after[0] <= before[1] and not same_agency:
                owner = f"agency `{before[2]}`" if before[2] else "no single agency"
                message = f"domain `{domain}` belongs to {owner} ({before[3].where}) until {_day(before[1])} already"
                draft.problems.add(after[3].where, message)


def _check_mailboxes(draft: Draft) -> None:
    agencies, seen = draft.agencies, draft.holders
    missing: set[str] = set()
    for mailbox in draft.mailboxes:
        if mailbox.agency not in agencies and mailbox.agency not in missing:
            missing.add(mailbox.agency)
            message = f"agency `{mailbox.agency}` is not in the registry{did_you_mean(mailbox.agency, agencies)}"
            draft.problems.add(mailbox.where, message, key="agency")
        before = seen.setdefault(mailbox.address, mailbox)
        if before is not mailbox:
            if isinstance(before, list):
                before.append(mailbox)
            else:
                seen[mailbox.address] = [before, mailbox]
    for held in seen.values():
        if isinstance(held, list):
            _check_holders(held, draft)


def _check_holders(held: list[MailboxStatement], draft: Draft) -> None:
    def days(mailbox: MailboxStatement) -> tuple[int, int]:
        return interval(mailbox, draft.agencies.get(mailbox.agency))

    held.sort(key=days)
    for before, after in pairwise(held):
        start, end = days(after)[0], days(before)[1]
        if start <= end:
            owner = "listed" if after.agency == before.agency else f"owned by agency `{before.agency}`"
            message = f"mailbox `{after.address}` is {owner} already at {before.where} on {_day(start)}"
            draft.problems.add(after.where, message)


def _check_cycles(draft: Draft) -> None:
    successors = {a.id: {link.value for link in a.successors} for a in draft.agencies.values()}
    for cycle in _cycles(successors):
        path = " -> ".join((*cycle, cycle[0]))
        draft.problems.add(draft.agencies[cycle[0]].successors[0].where, f"successors run in a circle: {path}")
    parents = {a.id: {link.value for link in a.statements.get("parent", ())} for a in draft.agencies.values()}
    suspects = [draft.agencies[agency_id] for agency_id in sorted(_entangled(parents))]
    reported: set[frozenset[str]] = set()
    for day in sorted({interval(link, agency)[0] for agency in suspects for link in agency.statements["parent"]}):
        on_day = {
            agency.id: {
                link.value
                for link in agency.statements["parent"]
                if interval(link, agency)[0] <= day <= interval(link, agency)[1]
            }
            for agency in suspects
        }
        for cycle in _cycles(on_day):
            if frozenset(cycle) not in reported:
                reported.add(frozenset(cycle))
                path = " -> ".join((*cycle, cycle[0]))
                where = draft.agencies[cycle[0]].statements["parent"][0].where
                draft.problems.add(where, f"parents run in a circle on {_day(day)}: {path}")


def _entangled(links: Mapping[str, Iterable[str]]) -> set[str]:
    """Give the nodes from which a circle can be reached: what is left after peeling leaves (Kahn)."""
    sources: dict[str, list[str]] = {}
    open_links: dict[str, int] = {}
    for node, targets in links.items():
        inside = [target for target in targets if target in links]
        open_links[node] = len(inside)
        for target in inside:
            sources.setdefault(target, []).append(node)
    free = [node for node, count in open_links.items() if count == 0]
    while free:
        for source in sources.get(free.pop(), ()):
            open_links[source] -= 1
            if open_links[source] == 0:
                free.append(source)
    return {node for node, count in open_links.items() if count > 0}


def _cycles(links: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Give one circle for each entangled group, beginning at its smallest id."""
    left = _entangled(links)
    found = []
    while left:
        walk: list[str] = [min(left)]
        while True:
            step = min(target for target in links[walk[-1]] if target in left)
            if step in walk:
                break
            walk.append(step)
        circle = walk[walk.index(step) :]
        first = circle.index(min(circle))
        found.append(circle[first:] + circle[:first])
        left -= set(circle)
        left = _entangled({node: [target for target in links[node] if target in left] for node in left})
    return found
