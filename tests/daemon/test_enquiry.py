"""What one message asks of DNS: how often, how long it waits, and what is foreseen for the next one."""

from __future__ import annotations

import asyncio

from gateway.daemon.enquiry import MAX_QUESTIONS, Ahead, Begun, Bounds, Enquiry, Sender, Sources
from gateway.edge.resolver.zone import ZoneFile
from gateway.values.envelope import Client
from gateway.values.identity import Answer, Question

CLIENT = Client("192.0.2.25", helo="mail.so-a.example")
FROM = "vanthu@so-a.example"
KEY = Question("s1._domainkey.so-a.example", "TXT")
ZONE = """
so-a.example. TXT "v=spf1 include:spf.so-a.example mx -all"
spf.so-a.example. TXT "v=spf1 ip4:198.51.100.0/24 include:deep.so-a.example -all"
deep.so-a.example. TXT "v=spf1 a:mail.so-a.example -all"
mail.so-a.example. A 192.0.2.25
_dmarc.so-a.example. TXT "v=DMARC1; p=reject"
s1._domainkey.so-a.example. TXT "v=DKIM1; p=AAAA"
"""


class Server:
    """Answers by a file, remembers what it said, and counts."""

    def __init__(self, folder, zone=ZONE, *, remembers=True):
        file = folder / "answers.txt"
        file.write_text(zone)
        self.file, self.kept, self.asked, self.rounds = ZoneFile(file), {}, [], 0
        self.remembers = remembers

    def recall(self, question):
        """Give what was said before."""
        return self.kept.get(question) if self.remembers else None

    async def look_up(self, questions, within_s):
        """Answer after the loop has gone round once."""
        await asyncio.sleep(0)
        self.rounds += 1
        found = await self.file.look_up(questions, within_s)
        self.asked += found
        self.kept |= found
        return found


def enquire(server, *, client=CLIENT, reverse_path=FROM, bounds=None, ahead=None, more=()):
    """Run one message: from DATA to what the workers hear."""

    async def run():
        enquiry = Enquiry(Sources(server.recall, server.look_up), bounds or Bounds(150, 5.0), ahead or Ahead())
        enquiry.begin(client, reverse_path)
        known = await enquiry.known()
        for questions in more:
            known = await enquiry.more(questions)
        enquiry.close()
        return known

    return asyncio.run(run())


def answers_of(known):
    """By question."""
    return dict(known.answers)


def test_spf_is_worked_out_however_deep_it_goes(tmp_path):
    """Spf is worked out however deep it goes."""
    known = enquire(Server(tmp_path))

    assert (known.spf.result, known.spf.domain) == ("pass", "so-a.example")


def test_the_policy_of_the_senders_domain_is_there_before_the_message_is_read(tmp_path):
    """The policy of the senders domain is there before the message is read."""
    known = enquire(Server(tmp_path))

    assert answers_of(known)[Question("_dmarc.so-a.example", "TXT")].records == ("v=DMARC1; p=reject",)


def test_workers_do_not_hear_what_only_spf_asked(tmp_path):
    """Workers do not hear what only spf asked."""
    known = enquire(Server(tmp_path))

    assert Question("mail.so-a.example", "A") not in answers_of(known)


def test_what_is_remembered_is_not_asked_again(tmp_path):
    """What is remembered is not asked again."""
    server = Server(tmp_path)
    enquire(server)
    rounds = server.rounds

    assert enquire(server).spf.result == "pass"
    assert server.rounds == rounds


def test_a_key_asked_once_is_foreseen_for_the_domains_next_message(tmp_path):
    """A key asked once is foreseen for the domains next message."""
    server, ahead = Server(tmp_path, remembers=False), Ahead()
    assert KEY not in answers_of(enquire(server, ahead=ahead))

    assert KEY in answers_of(enquire(server, ahead=ahead, more=[[KEY]]))
    assert KEY in answers_of(enquire(server, ahead=ahead))
    assert KEY not in answers_of(enquire(server, ahead=ahead, reverse_path="vanthu@so-b.example"))


def test_a_sender_seen_before_is_told_of_as_the_first_time(tmp_path):
    """A sender seen before is told of as the first time, whoever wrote in between."""
    server, ahead = Server(tmp_path), Ahead()
    first = enquire(server, ahead=ahead, more=[[KEY]])
    stranger = Client("203.0.113.9", helo="mail.so-a.example")

    seen = [enquire(server, ahead=ahead, client=client) for client in (CLIENT, stranger, CLIENT, stranger, CLIENT)]

    assert [one.spf.result for one in seen] == ["pass", "fail", "pass", "fail", "pass"]
    assert {(answers_of(one)[KEY], len(one.answers)) for one in seen} == {(answers_of(first)[KEY], len(first.answers))}


def test_a_sender_seen_before_is_judged_anew_when_dns_says_something_else(tmp_path):
    """A sender seen before is judged anew when dns says something else, and asked about when DNS has to be."""
    server, ahead = Server(tmp_path), Ahead()
    assert {enquire(server, ahead=ahead).spf.result for _ in range(3)} == {"pass"}

    server.kept[Question("mail.so-a.example", "A")] = Answer("found", ("198.51.100.7",))
    assert enquire(server, ahead=ahead).spf.result == "fail"

    server.kept.clear()
    assert enquire(server, ahead=ahead).spf.result == "pass"


def test_strangers_cannot_fill_the_memory_of_senders():
    """Strangers cannot fill the memory of senders: neither with many names nor with long answers."""
    ahead, short, long = Ahead(), Answer("found", ("v=spf1 -all",)), Answer("found", ("x" * 5_000,))
    question = Question("so-a.example", "TXT")

    def remembered(number, answer=short):
        return ahead.begun(Sender("192.0.2.25", is_trusted=False, helo="", reverse_path=f"{number}@so-a.example"),
                           {question: answer}.get) is not None  # fmt: skip

    for number, answer in [(-1, long), *((one, short) for one in range(3_000))]:
        sender = Sender("192.0.2.25", is_trusted=False, helo="", reverse_path=f"{number}@so-a.example")
        ahead.keep(sender, Begun((), {question: None}, {question: answer}, None))

    assert not remembered(-1, long)
    assert sum(remembered(number) for number in range(3_000)) == 2_000
    assert remembered(2_999)


def test_a_server_of_our_own_networks_is_not_asked_about_by_spf(tmp_path):
    """A server of our own networks is not asked about by spf."""
    known = enquire(Server(tmp_path), client=Client("10.0.0.5", helo="trong.so-a.example", is_trusted=True))

    assert known.spf is None
    assert Question("_dmarc.so-a.example", "TXT") in answers_of(known)


def test_the_null_reverse_path_is_judged_by_its_greeting(tmp_path):
    """The null reverse path is judged by its greeting."""
    known = enquire(Server(tmp_path, 'mail.so-a.example. TXT "v=spf1 ip4:192.0.2.25 -all"\n'), reverse_path="")

    assert (known.spf.result, known.spf.scope) == ("pass", "helo")


def test_questions_past_the_bound_fail_and_are_not_asked(tmp_path):
    """Questions past the bound fail and are not asked."""
    records = "".join(f"n{at}.so-a.example. A 198.51.100.{at}\n" for at in range(9))
    terms = " ".join(f"a:n{at}.so-a.example" for at in range(9))
    server = Server(tmp_path, f'so-a.example. TXT "v=spf1 {terms} -all"\n{records}')

    known = enquire(server, bounds=Bounds(8, 5.0))

    assert known.spf.result == "temperror"
    assert known.overruns == ("dns_questions",)
    assert len(server.asked) == 8


def test_spf_of_the_senders_choice_leaves_room_for_the_authors_domain(tmp_path):
    """Spf of the senders choice leaves room for the authors domain."""
    terms = " ".join(f"a:n{at}.so-a.example" for at in range(9))
    server = Server(tmp_path, f'so-a.example. TXT "v=spf1 {terms} -all"\n_dmarc.so-b.example. TXT "v=DMARC1; p=none"\n')
    late = Question("_dmarc.so-b.example", "TXT")

    known = enquire(server, bounds=Bounds(5, 5.0), more=[[late]])

    assert answers_of(known)[late].status == "found"


def test_whoever_does_not_answer_in_time_is_unknown_and_the_mail_goes_on(tmp_path):
    """Whoever does not answer in time is unknown and the mail goes on."""

    class Never(Server):
        async def look_up(self, questions, within_s):
            await asyncio.Event().wait()

    known = enquire(Never(tmp_path), bounds=Bounds(150, 0.02))

    assert known.spf.result == "temperror"
    assert {answer.status for answer in answers_of(known).values()} == {"failed"}


def test_whoever_is_late_is_told_under_the_name_that_was_to_be_checked(tmp_path):
    """Of a bounce the greeting; of a server of our own networks nothing is said, for SPF was not asked."""

    class Never(Server):
        async def look_up(self, questions, within_s):
            await asyncio.Event().wait()

    bounds = Bounds(150, 0.02)
    bounce = enquire(Never(tmp_path), bounds=bounds, reverse_path="").spf
    assert (bounce.result, bounce.domain, bounce.scope) == ("temperror", "mail.so-a.example", "helo")
    assert enquire(Never(tmp_path), bounds=bounds, client=Client("10.0.0.5", is_trusted=True)).spf is None


def test_a_message_that_is_put_to_the_workers_again_is_told_the_same(tmp_path):
    """Also after its time was up the first time."""

    class Never(Server):
        async def look_up(self, questions, within_s):
            await asyncio.Event().wait()

    async def twice(server, seconds):
        enquiry = Enquiry(Sources(server.recall, server.look_up), Bounds(150, seconds), Ahead())
        enquiry.begin(CLIENT, FROM)
        return await enquiry.known(), await enquiry.known()

    for server, seconds in ((Never(tmp_path), 0.02), (Server(tmp_path), 5.0)):
        one, other = asyncio.run(twice(server, seconds))
        assert one == other


def test_what_a_worker_asks_is_bounded_and_looks_like_a_question_of_ours(tmp_path):
    """One that was taken over could carry messages out by names: it gets few, and only texts of possible names."""
    server = Server(tmp_path)
    odd = [Question("n.so-a.example", "A"), Question("x" * 64 + ".example", "TXT"), Question("a\0.example", "TXT")]
    many = [Question(f"n{at}.so-a.example", "TXT") for at in range(500)]

    known = enquire(server, more=[odd + many])

    assert not set(odd) & {*server.asked, *answers_of(known)}
    assert len(set(many) & set(server.asked)) == len(set(many) & answers_of(known).keys()) == MAX_QUESTIONS


def test_a_stranger_leaves_no_look_ups_to_the_messages_of_a_domain(tmp_path):
    """Anybody may use the name: what is foreseen is the domain's own, or was asked when its own server sent."""
    server, ahead = Server(tmp_path, remembers=False), Ahead()
    slow = Question("s1._domainkey.ke-gian.example", "TXT")
    stranger = Client("203.0.113.66", helo="x")

    enquire(server, client=stranger, ahead=ahead, more=[[slow, KEY]])
    foreseen = answers_of(enquire(server, ahead=ahead))
    assert slow not in foreseen
    assert KEY in foreseen

    enquire(server, ahead=ahead, more=[[slow]])
    assert slow in answers_of(enquire(server, ahead=ahead))


def test_answers_of_one_message_are_bounded_in_octets(tmp_path):
    """A hundred names with the longest answers there are would be held for every session; what is short gets in."""
    long = " ".join(["x" * 250] * 240)
    records = "".join(f"n{at}.so-a.example. TXT {long}\n" for at in range(40))
    server = Server(tmp_path, ZONE + records + '_dmarc.so-b.example. TXT "v=DMARC1; p=none"\n', remembers=False)
    author = Question("_dmarc.so-b.example", "TXT")

    known = enquire(server, more=[[*(Question(f"n{at}.so-a.example", "TXT") for at in range(40)), author]])

    sizes = [sum(map(len, answer.records)) for answer in answers_of(known).values()]
    assert max(sizes) == 60_000
    assert sum(sizes) <= 1_000_000
    assert answers_of(known)[author].status == "found"
    assert known.overruns == ("dns_questions",)


def test_long_answers_to_spf_leave_room_for_the_authors_domain(tmp_path):
    """A forger's record that leads to megabytes does not turn claimed into unknown."""
    long = " ".join(["x" * 250] * 240)
    terms = " ".join(f"include:n{at}.so-a.example" for at in range(9))
    records = "".join(f'n{at}.so-a.example. TXT "v=spf1 mx -all"\nn{at}.so-a.example. TXT {long}\n' for at in range(9))
    zone = f'so-a.example. TXT "v=spf1 {terms} -all"\n{records}_dmarc.so-b.example. TXT "v=DMARC1; p=none"\n'
    late = Question("_dmarc.so-b.example", "TXT")

    known = enquire(Server(tmp_path, zone, remembers=False), more=[[late]])

    assert answers_of(known)[late].status == "found"


def test_slow_names_of_a_client_leave_spf_to_what_is_known(tmp_path):
    """A domain with `ptr` asks the servers of whoever sends: that these never answer is no reason to know nothing."""

    class Slow(Server):
        async def look_up(self, questions, within_s):
            if any(one.kind == "PTR" for one in questions):
                await asyncio.Event().wait()
            return await super().look_up(questions, within_s)

    server = Slow(tmp_path, 'so-a.example. TXT "v=spf1 ptr -all"\n')

    assert enquire(server, bounds=Bounds(150, 0.05)).spf.result == "fail"
