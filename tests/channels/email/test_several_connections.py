"""A long batch of mails goes over several connections, and none of them is at another's mercy."""

import pytest

from gateway.channels.email.render import Letters
from gateway.channels.email.smarthost import Smarthost
from gateway.channels.email.smtp import CONNECTIONS, JOINED_EVERY, SmtpMail
from gateway.core.envelope import Failure, Outbound
from tests.channels.email.outgoing import LETTERS, at, channel_to, kinds, message, sent, to
from tests.channels.email.support import DOMAIN, NOON, TOKENS
from tests.support.clock import Clock
from tests.support.smtp_script import CUT, SILENT, Script, scripted


class TestSeveralConnections:
    MANY = 6 * JOINED_EVERY

    def test_carry_a_long_batch_by_turns(self) -> None:
        script = Script()
        assert kinds(sent(script, self.MANY)) == ["taken"] * self.MANY
        assert script.connections == CONNECTIONS
        assert sorted(script.taken) == sorted(to(number) for number in range(self.MANY))

    def test_are_not_greeted_for_a_short_one(self) -> None:
        script = Script()
        sent(script, JOINED_EVERY)
        assert script.connections == 1

    def test_are_kept_for_the_next_batch(self) -> None:
        script = Script()
        with channel_to(script) as channel:
            for beginning in (0, self.MANY):
                batch = [message(beginning + number) for number in range(self.MANY)]
                assert kinds(list(channel.send(batch))) == ["taken"] * self.MANY
        assert script.connections == CONNECTIONS

    def test_are_left_alone_where_the_server_has_but_one_for_us(self) -> None:
        script, now = Script(most_at_once=1), Clock(NOON)
        letters = Letters(DOMAIN, "https://gateway.example", TOKENS, now)
        with scripted(script):
            host = Smarthost("127.0.0.1", script.port)
            channel = SmtpMail(host, letters, TOKENS, timeout=0.2)
            tried, batch = [], [message(number) for number in range(self.MANY)]
            for _ in range(3):
                assert kinds(list(channel.send(batch))) == ["taken"] * self.MANY
                tried.append(script.connections)
                now.advance(minutes=4)
            now.advance(minutes=4)
            list(channel.send(batch))
            channel.close()
        assert tried == [2, 2, 2]
        assert script.connections == 3

    def test_of_which_one_falls_silent_lose_nothing_of_the_others(self) -> None:
        """What was answered while it was waited for is heard; what it is too late for waits."""
        silent = 3 * JOINED_EVERY
        script = Script(faults=at(silent, "text", SILENT))
        outcomes = {one.outbound_id: one for one in sent(script, self.MANY, timeout=0.3)}
        told = dict(zip(outcomes, kinds(list(outcomes.values())), strict=True))
        assert [number for number, kind in told.items() if kind == "UnknownOutcome"] == [silent]
        waits = [number for number, kind in told.items() if kind == "TemporaryFailure"]
        assert 0 < len(waits) < CONNECTIONS
        others = set(range(self.MANY)) - {silent, *waits}
        assert all(told[number] == "taken" for number in others)
        assert sorted(script.taken) == sorted(to(number) for number in {*others, silent})

    def test_of_which_some_are_bad_cost_a_few_messages_and_are_left(self) -> None:
        script = Script(faults=at(0, "text", CUT), hangs_up_from=2)
        outcomes = kinds(sent(script, 5 * self.MANY))
        assert outcomes.count("UnknownOutcome") <= 3 * CONNECTIONS
        script = Script(hangs_up_from=2)
        outcomes = kinds(sent(script, 5 * self.MANY))
        assert outcomes.count("UnknownOutcome") <= 2 * CONNECTIONS
        assert outcomes.count("taken") >= 4 * self.MANY

    def test_go_on_where_the_first_one_cannot_be_had_again(self) -> None:
        lost = 4 * JOINED_EVERY  # by then all have joined
        script = Script(greetings={CONNECTIONS + 1: "421 too many"})
        script.faults |= at(lost, "text", CUT) | at(lost + 9, "RCPT", "550 5.1.1 no")
        script.faults |= at(lost + 10, "RCPT", "550 5.1.1 no") | at(lost + 11, "RCPT", "550 no")
        outcomes = kinds(sent(script, 5 * self.MANY))
        assert outcomes.count("TemporaryFailure") <= CONNECTIONS
        assert outcomes.count("taken") >= 5 * self.MANY - 4 - CONNECTIONS

    def test_do_not_wait_for_one_another_with_what_they_have_to_say(self) -> None:
        """The last texts of a batch leave together, however long the first of them takes."""
        script = Script(faults=at(self.MANY - CONNECTIONS, "text", SILENT))
        outcomes = sent(script, self.MANY, timeout=0.3)
        assert kinds(outcomes).count("UnknownOutcome") == 1

    def test_is_not_reduced_by_a_mail_that_cannot_be_written(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        script, broken = Script(), message(4 * JOINED_EVERY)
        real = LETTERS.on_the_wire

        def written(outbound: Outbound) -> bytes:
            if outbound is broken:
                raise LookupError("a bug")
            return real(outbound)

        monkeypatch.setattr(LETTERS, "on_the_wire", written)
        before, behind = range(4 * JOINED_EVERY), range(100, 100 + self.MANY)
        with channel_to(script) as channel:
            batch = [*map(message, before), broken, *map(message, behind)]
            outcomes = kinds(list(channel.send(batch)))
            assert outcomes.count("taken") == len(batch) - 1
            list(channel.send([message(1000 + number) for number in range(self.MANY)]))
        assert script.connections == CONNECTIONS + 1

    @pytest.mark.parametrize("where", ["MAIL", "RCPT"])
    def test_that_the_server_closes_are_gone_on_without(self, where: str) -> None:
        """Too many at once, it says to whatever comes over the second."""
        second = JOINED_EVERY + 1
        script = Script(faults=at(second, where, "421 4.7.0 too many"))
        outcomes = sent(script, self.MANY)
        failed = [one.outbound_id for one in outcomes if isinstance(one, Failure)]
        assert failed in ([], [second])
        assert len(set(script.taken)) == len(script.taken) == self.MANY - len(failed)
