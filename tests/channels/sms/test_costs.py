"""What docs/sms.md says of costs and of STOP is what the code does."""

from gateway.channels.sms.segments import measure
from gateway.core.commands import Start, Stop
from gateway.core.grammar import parse
from gateway.core.grammar.keywords import START_WORDS, STOP_WORDS
from tests.channels.sms import costs
from tests.support.docs import SMS, renewed


def test_the_table_in_the_docs_is_what_is_counted() -> None:
    written = SMS.read_text("utf-8")
    assert renewed(written, "costs", costs.table()) == written


def test_a_digest_is_sent_in_one_segment_and_all_of_it_in_fewer_than_it_was_written() -> None:
    first, *further = costs.pages()
    whole = measure(costs.raw())
    assert whole.encoding == "UCS-2"
    assert [measure(page).count for page in (first, *further)] == [1] * (1 + len(further))
    assert 1 + len(further) < whole.count / 2
    shown = " ".join((first, *further))
    assert all(str(number) in shown for number, _, _ in costs.HEADS)


def test_the_words_that_end_and_begin_all_texts_are_told() -> None:
    lines = SMS.read_text("utf-8").splitlines()
    stops = next(line for line in lines if "No more texts, at once" in line)
    starts = next(line for line in lines if "Texts again" in line)
    assert set(stops.split("`")[1::2]) == STOP_WORDS
    assert all(parse(word, "fr") == Stop() for word in STOP_WORDS)
    assert set(starts.split("`")) >= START_WORDS
    assert all(parse(word, "fr") == Start() for word in START_WORDS)
