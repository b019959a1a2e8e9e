"""A whole DNS as a table: every question has an answer, as on a day on which all servers answer."""

from __future__ import annotations

from gateway.values.identity import Answer, AwaitedAnswer, DnsAnswers, Question

FAILS = object()
"""Stands for records that no server tells."""


class World(DnsAnswers):
    """Answers from a table of `name TYPE` to a record, records, or FAILS.

    A name nobody mentions is denied; one that is mentioned, or lies above one that is, exists (RFC 8020).
    """

    def __init__(self, table):
        super().__init__()
        self._table = {}
        self._existing = set()
        for key, value in table.items():
            name, _, kind = key.rpartition(" ")
            records = (value,) if isinstance(value, str) else value
            self._table[Question(name, kind)] = (
                Answer("failed") if records is FAILS else Answer("found", tuple(records))
            )
            labels = name.split(".")
            self._existing |= {".".join(labels[start:]) for start in range(len(labels))}

    def look_up(self, name, kind):
        """Answer at once; what was asked stands in `used`."""
        question = Question(name.rstrip(".").lower(), kind)
        self.used[question] = None
        denied = Answer("no_data" if question.name in self._existing else "no_domain")
        return self._table.get(question, denied)

    @property
    def asked(self):
        """Everything that was asked, as `name TYPE`, in that order."""
        return [f"{question.name} {question.kind}" for question in self.used]


def in_rounds(world, check):
    """Run a check with nothing at hand, look up what it lacks, and again: what it gives, and its questions by round."""
    known, rounds = {}, []
    while len(rounds) < 20:
        answers = DnsAnswers(known.items())
        try:
            return check(answers), rounds
        except AwaitedAnswer:
            rounds.append([f"{question.name} {question.kind}" for question in answers.missing])
            known |= {question: world.look_up(question.name, question.kind) for question in answers.missing}
    raise AssertionError(rounds)
