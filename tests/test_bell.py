"""The bell between processes: a ring that nobody heard is rung again soon."""

import redis

from gateway.queue import QUEUE, RqBell

SOON = 10


def test_a_ring_that_a_dead_worker_took_along_is_forgotten_soon(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as server:
        bell = RqBell(server)
        bell.ring("sms")
        bell.ring("sms")
        assert server.llen(f"rq:queue:{QUEUE}") == 1
        (key,) = server.keys("gateway:rung:*")
        assert 0 < server.ttl(key) <= SOON
