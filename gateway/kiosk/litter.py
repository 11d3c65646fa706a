"""Python's collector of garbage, kept out of the way while the terminal starts.

Of what is imported nothing is garbage, and looking for some takes a fourteenth of the start.
"""

import gc


def wait() -> None:
    """Collect nothing until `begin`."""
    gc.disable()


def begin() -> None:
    """Collect from now on; what is there by now stays, and is not looked through again."""
    gc.freeze()
    gc.enable()
