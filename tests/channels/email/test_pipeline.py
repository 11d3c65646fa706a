"""Mail out, several commands at once: a server that misbehaves at any place loses and doubles none.

What was taken, as the server knows it, is compared with what the channel says of each message.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.channels.email.detours import FIRST, LONGEST, PROBES, Detours
from gateway.channels.email.render import Letters
from gateway.channels.email.smarthost import Smarthost
from gateway.channels.email.smtp import JOINED_EVERY, SmtpMail
from gateway.core.envelope import Failure, Outbound, Receipt
from gateway.core.errors import TemporaryFailure, UnknownOutcome
from tests.channels.email.outgoing import LETTERS, at, channel_to, kinds, message, sent, to
from tests.channels.email.support import DOMAIN, NOON, TOKENS, answer, clock, outbound
from tests.support.clock import Clock
from tests.support.smtp_script import CUT, CUT_IN_TEXT, DEAF, Fault, Script, scripted


class TestPipelining:
    def test_puts_the_next_envelope_behind_the_text(self) -> None:
        script = Script()
        assert kinds(sent(script, 4)) == ["taken"] * 4
        assert script.taken == [to(number) for number in range(4)]
        assert script.connections == 1
        assert script.heard.count(b"RSET") == 0

    def test_is_not_done_where_the_server_does_not_offer_it(self) -> None:
        script = Script(pipelining=False, faults=at(1, "RCPT", "550 no"))
        assert kinds(sent(script, 3)) == ["taken", "PermanentFailure", "taken"]
        assert script.heard.count(b"DATA") == 2

    def test_ends_a_text_asked_for_by_mistake_with_a_lone_dot(self) -> None:
        script = Script(eager=True, faults=at(1, "RCPT", "550 5.1.1 no"))
        assert kinds(sent(script, 3)) == ["taken", "PermanentFailure", "taken"]
        assert script.taken == [to(0), to(2)]
        assert script.connections == 1

    def test_survives_a_server_that_loses_what_came_early(self) -> None:
        script = Script(faults=at(0, "text", DEAF))
        assert kinds(sent(script, 3, timeout=1.0)) == ["taken"] * 3
        assert script.taken == [to(0), to(1), to(2)]

    def test_begins_anew_on_a_line_that_has_carried_enough(self) -> None:
        script = Script()
        with channel_to(script, most=2) as channel:
            assert kinds(list(channel.send([message(n) for n in range(5)]))) == ["taken"] * 5
        assert script.connections == 3

    def test_takes_no_message_before_the_one_before_the_last_is_told_of(self) -> None:
        taken: list[int] = []

        def leaving() -> Iterator[Outbound]:
            for number in range(6):
                taken.append(number)
                yield message(number)

        with channel_to(Script()) as channel:
            for told, _ in enumerate(channel.send(leaving())):
                assert len(taken) <= told + 2

    def test_given_up_in_the_middle_uses_the_line_no_more(self) -> None:
        script = Script()
        with channel_to(script) as channel:
            given_up = channel.send([message(number) for number in range(4)])
            next(given_up)
            given_up.close()  # type: ignore[attr-defined]  # it is a generator
            assert kinds(list(channel.send([message(9)]))) == ["taken"]
        assert script.connections == 2


class TestRefusals:
    @pytest.mark.parametrize("eager", [False, True])
    @pytest.mark.parametrize("pipelining", [False, True])
    @pytest.mark.parametrize("where", ["MAIL", "RCPT", "DATA", "text"])
    @pytest.mark.parametrize(
        ("said", "kind"), [("451 later", "TemporaryFailure"), ("554 no", "PermanentFailure")]
    )
    def test_are_of_one_message(
        self, said: str, kind: str, where: str, pipelining: bool, eager: bool
    ) -> None:
        script = Script(pipelining=pipelining, eager=eager, faults=at(1, where, said))
        assert kinds(sent(script, 4)) == ["taken", kind, "taken", "taken"]
        assert script.taken == [to(0), to(2), to(3)]
        assert script.connections == 1

    @pytest.mark.parametrize("where", ["MAIL", "RCPT", "DATA", "text"])
    def test_that_close_the_line_are_met_by_no_other(self, where: str) -> None:
        script = Script(faults=at(1, where, "421 closing"))
        outcomes = kinds(sent(script, 4))
        # Hung up on behind a text, a message has met nothing yet, and goes over the next line.
        expected = "taken" if where == "MAIL" else "TemporaryFailure"
        assert outcomes == ["taken", expected, "taken", "taken"]
        assert [to(n) for n, kind in enumerate(outcomes) if kind == "taken"] == script.taken

    @pytest.mark.parametrize("where", ["MAIL", "RCPT", "DATA"])
    def test_that_are_no_answer_are_certain(self, where: str) -> None:
        script = Script(faults=at(1, where, "220 hello again"))
        assert kinds(sent(script, 3)) == ["taken", "TemporaryFailure", "taken"]
        assert script.taken == [to(0), to(2)]

    @pytest.mark.parametrize("said", ["200 queued", "226 accepted", "250 ok"])
    def test_any_yes_to_a_text_is_a_yes(self, said: str) -> None:
        script = Script(faults=at(1, "text", said))
        assert kinds(sent(script, 3)) == ["taken"] * 3

    @pytest.mark.parametrize("said", ["354 go on", "199 soon", "220 hello again"])
    def test_what_is_neither_yes_nor_no_leaves_it_unknown(self, said: str) -> None:
        script = Script(faults=at(1, "text", said))
        assert kinds(sent(script, 3)) == ["taken", "UnknownOutcome", "taken"]


class TestCuts:
    @pytest.mark.parametrize("pipelining", [False, True])
    @pytest.mark.parametrize(
        ("where", "what", "kind"),
        [
            ("RCPT", CUT, "TemporaryFailure"),
            ("DATA", CUT, "TemporaryFailure"),
            ("text", CUT, "UnknownOutcome"),
            ("text", CUT_IN_TEXT, "UnknownOutcome"),
        ],
    )
    def test_are_unknown_once_the_text_has_begun(
        self, where: str, what: str, kind: str, pipelining: bool
    ) -> None:
        script = Script(pipelining=pipelining, faults=at(1, where, what))
        assert kinds(sent(script, 4)) == ["taken", kind, "taken", "taken"]

    def test_again_and_again_end_a_batch(self) -> None:
        faults = {to(number): ("text", CUT) for number in range(5)}
        outcomes = kinds(sent(Script(faults=dict(faults)), 6))
        assert outcomes == ["UnknownOutcome"] * 3 + ["TemporaryFailure"] * 3

    def test_with_nobody_there_try_once_a_batch(self) -> None:
        script = Script()
        with channel_to(script) as channel:
            pass
        outcomes = list(channel.send([message(number) for number in range(3)]))
        assert kinds(outcomes) == ["TemporaryFailure"] * 3


faults_of_one = st.one_of(
    st.none(),
    st.tuples(
        st.sampled_from(["MAIL", "RCPT", "DATA", "text"]),
        st.sampled_from(["450 x", "451 x", "550 x", "552 x", "554 x", "421 x", "299 x", CUT]),
    ),
    st.just(("text", CUT_IN_TEXT)),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.lists(faults_of_one, min_size=1, max_size=8),
        st.lists(faults_of_one, min_size=3 * JOINED_EVERY, max_size=4 * JOINED_EVERY),
    ),
    st.booleans(),
    st.booleans(),
)
def test_no_fault_loses_or_doubles_a_message(
    faults: list[Fault | None], pipelining: bool, eager: bool
) -> None:
    script = Script(pipelining=pipelining, eager=eager)
    for number, fault in enumerate(faults):
        if fault is not None:
            script.faults |= at(number, *fault)
    with channel_to(script) as channel:
        outcomes = list(channel.send([message(number) for number in range(len(faults))]))
    assert sorted(one.outbound_id for one in outcomes) == list(range(len(faults)))
    assert len(script.taken) == len(set(script.taken))
    for outcome in outcomes:
        number = outcome.outbound_id
        if isinstance(outcome, Receipt):
            assert to(number) in script.taken
        elif not isinstance(outcome.error, UnknownOutcome):
            assert to(number) not in script.taken


@pytest.mark.parametrize(
    ("said", "kind"),
    [("535 5.7.8 no", "ChannelShut"), ("432 4.3.2 too many", "TemporaryFailure")],
)
def test_who_may_not_log_in_now_has_no_wrong_password(said: str, kind: str) -> None:
    with scripted(Script(login=said)) as script:
        host = Smarthost("127.0.0.1", script.port, "user", "password")
        channel = SmtpMail(host, LETTERS, TOKENS, timeout=2)
        assert kinds(list(channel.send([message(1)]))) == [kind]
        channel.close()


class TestDomains:
    def sent(self, script: Script, *recipients: str) -> list[Receipt | Failure]:
        letters = Letters(DOMAIN, "https://gateway.example", TOKENS, clock)
        with scripted(script):
            channel = SmtpMail(Smarthost("127.0.0.1", script.port), letters, TOKENS, timeout=2)
            outcomes = list(
                channel.send(
                    outbound(answer(), id=number, recipient=recipient)
                    for number, recipient in enumerate(recipients)
                )
            )
            channel.close()
        return outcomes

    def test_that_put_one_off_are_not_bothered_with_the_next(self) -> None:
        script = Script(faults={"a@x.example": ("RCPT", "451 4.7.1 greylisted")})
        outcomes = self.sent(script, "a@x.example", "b@X.example", "c@y.example")
        assert kinds(outcomes) == ["TemporaryFailure", "PutOff", "taken"]
        waits = [one.error for one in outcomes if isinstance(one, Failure)]
        assert [error.retry_after for error in waits if isinstance(error, TemporaryFailure)] == [
            FIRST.total_seconds()
        ] * 2
        assert b"b@X.example" not in b"".join(script.heard)

    @pytest.mark.parametrize(
        "said", ["450 busy", "452 4.2.2 mailbox full", "552 5.2.2 full", "450 4.2.1 not now"]
    )
    def test_are_not_to_blame_for_one_mailbox(self, said: str) -> None:
        script = Script(faults={"a@x.example": ("RCPT", said)})
        assert kinds(self.sent(script, "a@x.example", "b@x.example")) == [
            "TemporaryFailure",
            "taken",
        ]

    def test_wait_longer_each_time_until_one_is_taken(self) -> None:
        now = Clock(NOON)
        detours = Detours(now)
        waits = []
        for _ in range(8):
            detours.put_off("x.example", 1)
            for _ in range(PROBES - 1):
                detours.put_off("x.example", 1)
            waits.append(timedelta(seconds=detours.seconds("x.example")))
            now.advance(seconds=detours.seconds("x.example"))
            assert not detours.seconds("x.example")
        assert waits == sorted(waits)
        assert (waits[0], waits[-1]) == (FIRST, LONGEST)
        detours.open("x.example")
        assert detours.put_off("x.example", 1) == FIRST.total_seconds()

    def test_are_not_in_more_trouble_for_what_was_begun_before_it_was_known(self) -> None:
        now = Clock(NOON)
        detours = Detours(now)
        assert [detours.put_off("x.example", 1) for _ in range(3)] == [FIRST.total_seconds()] * 3
        now.advance(minutes=1)
        assert not detours.seconds("x.example")

    def test_make_a_message_wait_longer_with_each_of_its_tries(self) -> None:
        detours = Detours(clock)
        waits = [detours.put_off("x.example", attempts) for attempts in range(1, 15)]
        assert waits == sorted(waits)
        assert sum(waits) > 8 * 3600
