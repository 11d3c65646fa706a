"""A PostgreSQL as a company runs one: what is committed is on the disk.

The tests' own waits for no disk, for they lose no power; a figure of one would flatter us.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from signal import SIGQUIT

from tests.support import servers
from tests.support.processes import account, free_port, private_folder, serving

_ON_THE_DISK = ("-c", "fsync=on", "-c", "full_page_writes=on")


@contextmanager
def postgresql(*more: str, trusted: str = "") -> Iterator[str]:
    """A new cluster, told `more`, that `trusted` hosts reach as well; its URL for SQLAlchemy."""
    with private_folder() as folder:
        port = free_port()
        command = servers.postgres_cluster(folder, waits_for_log=True)(port)
        if trusted:
            with (folder / "cluster" / "pg_hba.conf").open("a") as rules:
                rules.write(f"host all all {trusted} trust\n")
        options = [word for option in more for word in ("-c", option)]
        with serving(
            [*command, *_ON_THE_DISK, *options],
            folder,
            lambda: servers.answers(port),
            SIGQUIT,
            owner=account(),
        ):
            yield f"postgresql+psycopg://gateway@127.0.0.1:{port}/postgres"
