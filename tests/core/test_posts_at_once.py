"""Many who post at the same moment wait for each other, and never each for the other."""

from concurrent.futures import ThreadPoolExecutor

from gateway.core import changes
from tests.support.town import Town

WRITERS, EACH = 16, 40


def test_nobody_who_posts_is_broken_off(big_town: Town) -> None:
    """Two locks in two orders would be a deadlock, which PostgreSQL ends after a second."""

    def write(_number: int) -> list[int]:
        numbers = []
        for _ in range(EACH):
            with big_town.database.write() as session:
                numbers.append(changes.next_post(session)[0])
        return numbers

    with ThreadPoolExecutor(WRITERS) as pool:
        found = [number for numbers in pool.map(write, range(WRITERS)) for number in numbers]
    assert len(set(found)) == WRITERS * EACH
    assert max(found) - min(found) == WRITERS * EACH - 1
