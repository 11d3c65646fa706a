"""A slug is a mail address and the word behind a command: what cannot be both is refused."""

import pytest

from gateway.core import groups
from gateway.core.errors import Refused


@pytest.mark.parametrize("slug", ["quai3", "3e-equipe", "q", "a" * 31, "joint", "helpers"])
def test_good_slugs(slug: str) -> None:
    groups.check_slug(slug)


@pytest.mark.parametrize(
    "slug",
    [
        *("", "Quai3", "quai 3", "v\u00e9lo", "-quai", "quai_3", "a" * 32, "quai3\n", "\u0663"),
        *("gateway", "help", "reply", "bounces", "unsubscribe"),
        *("postmaster", "abuse", "hostmaster", "webmaster"),
        *("join", "rejoindre", "news", "stop", "arret", "start"),
    ],
)
def test_bad_slugs(slug: str) -> None:
    with pytest.raises(Refused) as refused:
        groups.check_slug(slug)
    assert refused.value.reason == "bad_slug"
