"""The bell between processes: what rings, who hears it, and that nothing ends a message midway."""

import dataclasses
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
import redis
from rq import Queue

from gateway import jobs, queue, rq_worker
from gateway.channels.email.render import sent_text
from gateway.core.envelope import EMAIL, SMS, Failure, Outbound, Receipt
from gateway.core.gateway import Delivery, Gateway
from gateway.queue import HEARD_SECONDS, QUEUE, Loop, RqBell
from gateway.rq_worker import hear
from tests.support import servers
from tests.support.clock import Clock
from tests.support.processes import wait_until
from tests.support.town import Carrier, Town, fill

SOON = 10
PATIENCE = 30.0
WORDS = "Key (value)=(+33639980001) already exists"


@pytest.fixture
def server(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url, socket_timeout=5) as connection:
        yield connection


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Ana and Leo have phones, Paul has mail, and a post of Ana's is owed to both of them."""
    town = fill(Town(f"sqlite:///{tmp_path / 'town.db'}", Clock()()))
    town.sms("Leo", "RHYTHM each")
    town.settle()
    town.sms("Ana", "P quai3 palette")
    yield town
    town.close()


class Slow(Carrier):
    """Takes a message, and says so when it is let; `asked` tells how often anything left."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.may_say = threading.Event()
        self.asked = threading.Event()

    def send(self, messages: Iterable[Outbound]) -> Iterator[Receipt | Failure]:
        for message in messages:
            self.taken.append(message)
            self.asked.set()
            self.may_say.wait(PATIENCE)
            yield self.receipt(message)


def delivery(town: Town, server: redis.Redis) -> Delivery:
    """What delivers in this town at a bell that is real."""
    parts = dataclasses.replace(town.gateway.parts, bell=RqBell(server))
    return Gateway.build(parts, sent_text).delivery


@contextmanager
def hearing(delivering: Delivery, server: redis.Redis, *channels: str) -> Iterator[None]:
    """A thread for each channel, as a worker has them."""
    loops = [
        Loop(channel, partial(hear, delivering, RqBell(server), channel)) for channel in channels
    ]
    with ExitStack() as stack:
        for loop in loops:
            loop.start()
            stack.callback(loop.stop, PATIENCE)
        wait_until(
            lambda: all(server.exists(f"gateway:hears:{one}") for one in channels), PATIENCE, "ears"
        )
        yield
        for loop in loops:
            loop.ask()


def left(town: Town, channel: str) -> Callable[[], bool]:
    return lambda: bool(town.carriers[channel].taken)


def rung_by_the_version_before(server: redis.Redis, channel: str) -> None:
    Queue(QUEUE, connection=server).enqueue("gateway.jobs.deliver", channel, job_timeout=1)


def test_a_ring_that_a_dead_worker_took_along_is_forgotten_soon(server: redis.Redis) -> None:
    bell = RqBell(server)
    bell.ring(SMS)
    bell.ring(SMS)
    assert server.llen(f"rq:queue:{QUEUE}") == 1
    (key,) = server.keys("gateway:rung:*")
    assert 0 < server.ttl(key) <= SOON


def test_who_begins_sends_what_a_dead_worker_was_rung_for(town: Town, server: redis.Redis) -> None:
    town.carriers[SMS].taken.clear()
    RqBell(server).ring(SMS)
    server.delete(f"rq:queue:{QUEUE}")  # it took the job, and died before it did anything
    with hearing(delivery(town, server), server, SMS):
        wait_until(left(town, SMS), PATIENCE, "a text")


def test_a_text_does_not_wait_for_a_mail_server(town: Town, server: redis.Redis) -> None:
    slow = town.carriers[EMAIL] = Slow(EMAIL)
    town.carriers[SMS].taken.clear()
    with hearing(delivery(town, server), server, SMS, EMAIL):
        RqBell(server).ring(EMAIL)
        assert slow.asked.wait(PATIENCE)
        RqBell(server).ring(SMS)
        wait_until(left(town, SMS), PATIENCE, "a text")
        assert not slow.may_say.is_set()
        slow.may_say.set()


def test_no_alarm_comes_in_the_middle_of_a_message(town: Town, server: redis.Redis) -> None:
    slow = town.carriers[EMAIL] = Slow(EMAIL)
    with hearing(delivery(town, server), server, EMAIL):
        rung_by_the_version_before(server, EMAIL)  # with a second until its alarm
        assert slow.asked.wait(PATIENCE)
        time.sleep(1.5)  # past the second, while the message is still on the wire
        slow.may_say.set()
    states = [row.state for row in town.gateway.ledger.outbox() if row.channel == EMAIL]
    assert states == ["sent"]


def test_a_job_gives_way_by_the_clock(
    town: Town, server: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MOST_SECONDS", -1.0)
    bell = RqBell(server)
    bell.hears(EMAIL)
    jobs.Hearer(delivery(town, server), bell, EMAIL, threading.Event()).deliver()
    assert left(town, EMAIL)()
    assert server.llen(f"rq:queue:{QUEUE}-{EMAIL}") == 1


def test_what_the_version_before_rings_is_heard(town: Town, server: redis.Redis) -> None:
    town.carriers[SMS].taken.clear()
    with hearing(delivery(town, server), server, SMS, EMAIL):
        for channel in (SMS, EMAIL):
            rung_by_the_version_before(server, channel)
            wait_until(left(town, channel), PATIENCE, f"a message by {channel}")


def test_workers_of_the_version_before_are_rung_while_there_is_no_other(
    server: redis.Redis,
) -> None:
    bell = RqBell(server)
    bell.ring(SMS)
    bell.hears(EMAIL)
    bell.ring(EMAIL)
    assert server.llen(f"rq:queue:{QUEUE}") == 1
    assert server.llen(f"rq:queue:{QUEUE}-{EMAIL}") == 1
    assert 0 < server.ttl(f"gateway:hears:{EMAIL}") <= HEARD_SECONDS


def test_a_ring_for_nobody_here_may_be_rung_again(server: redis.Redis) -> None:
    bell = RqBell(server)
    bell.ring(EMAIL)
    bell.pass_on(EMAIL)
    assert not server.exists(f"gateway:rung:{EMAIL}")
    assert server.llen(f"rq:queue:{QUEUE}-{EMAIL}") == 0


def test_the_words_of_an_error_reach_neither_the_log_nor_redis(
    town: Town,
    server: redis.Redis,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails(*_: object) -> int:
        raise ValueError(WORDS)

    delivering = delivery(town, server)
    monkeypatch.setattr(delivering, "deliver", fails)
    with caplog.at_level(logging.INFO), hearing(delivering, server, SMS):
        RqBell(server).ring(SMS)
        wait_until(lambda: "delivery on sms failed" in caplog.text, PATIENCE, "the log")
    assert WORDS not in "".join(record.getMessage() for record in caplog.records)
    kept = [server.type(key) == b"hash" and server.hgetall(key) for key in server.keys("rq:job*")]
    assert WORDS.encode() not in repr(kept).encode()


def test_what_is_owed_does_not_wait_for_a_redis_that_is_gone(town: Town) -> None:
    town.carriers[SMS].taken.clear()
    with ExitStack() as stack:
        url = stack.enter_context(servers.redis_server())
        server = redis.Redis.from_url(url, socket_timeout=5)
        delivering = delivery(town, server)
        stack.enter_context(hearing(delivering, server, SMS))
        with suppress(redis.RedisError):
            server.shutdown(nosave=True)
        town.sms("Leo", "STATUS")
        wait_until(lambda: len(town.carriers[SMS].taken) >= 3, PATIENCE, "what is owed")


@contextmanager
def silence() -> Iterator[tuple[socket.socket, redis.Redis]]:
    """A Redis that accepts and says nothing, and a connection to it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        url = "redis://{}:{}".format(*listening.getsockname())
        with redis.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5) as asked:
            yield listening, asked


def calls(listening: socket.socket) -> int:
    """How often it was called."""
    count = 0
    with suppress(TimeoutError):
        while True:
            listening.accept()[0].close()
            count += 1
    return count


def test_a_redis_that_says_nothing_is_let_alone_after_one_ring(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queue, "LEFT_ALONE_SECONDS", 3600.0)
    with silence() as (listening, asked):
        bell = RqBell(asked)
        for _ in range(20):
            bell.ring(SMS)
            bell.ring(EMAIL)
        assert calls(listening) == 1


def comes_back(server: redis.Redis, asked: redis.Redis) -> None:
    """Where `asked` called in vain, the real one answers from now on."""
    port = server.connection_pool.connection_kwargs["port"]
    asked.connection_pool.connection_kwargs["port"] = port
    asked.connection_pool.reset()


def test_a_redis_that_speaks_again_is_rung_again(
    server: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "LEFT_ALONE_SECONDS", 0.1)
    with silence() as (_, asked):
        bell = RqBell(asked)
        bell.ring(SMS)
        comes_back(server, asked)

        def rung() -> bool:
            bell.ring(SMS)
            return server.llen(f"rq:queue:{QUEUE}") == 1

        wait_until(rung, PATIENCE, "a ring")
        assert server.llen(f"rq:queue:{QUEUE}") == 1


def test_a_redis_that_refuses_at_once_is_rung_each_time(
    server: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That costs nobody anything, and is heard as soon as it is back."""
    monkeypatch.setattr(queue, "PROMPT_SECONDS", PATIENCE)
    monkeypatch.setattr(queue, "LEFT_ALONE_SECONDS", 3600.0)
    with silence() as (listening, asked):
        listening.close()
        bell = RqBell(asked)
        bell.ring(SMS)
        comes_back(server, asked)
        bell.ring(SMS)
        assert server.llen(f"rq:queue:{QUEUE}") == 1


def test_what_is_owed_does_not_wait_for_a_redis_that_says_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rq_worker, "TICK_SECONDS", 0.1)
    taken = town.carriers[SMS].taken
    taken.clear()
    with silence() as (_, asked):
        loop = Loop(SMS, partial(hear, delivery(town, asked), RqBell(asked), SMS))
        loop.start()
        wait_until(left(town, SMS), PATIENCE, "what was owed")
        before = len(taken)
        town.sms("Leo", "STATUS")
        wait_until(lambda: len(taken) > before, PATIENCE, "what came meanwhile")
        assert loop.stop(PATIENCE)
