"""A slug is a mail address and the word behind a command: what cannot be both is refused."""

import pytest

from gateway.core.errors import Refused
from tests.support.town import Town


@pytest.mark.parametrize("slug", ["quai4", "3e-equipe", "q", "a" * 31, "joint", "helpers"])
def test_good_slugs(slug: str, town: Town) -> None:
    town.group(slug, "A name of its own")
    assert town.gateway.directory.is_group(slug)


@pytest.mark.parametrize(
    "slug",
    [
        *("", "Quai3", "quai 3", "v\u00e9lo", "-quai", "quai_3", "a" * 32, "quai3\n", "\u0663"),
        *("gateway", "help", "reply", "bounces", "unsubscribe"),
        *("postmaster", "abuse", "hostmaster", "webmaster"),
        *("join", "rejoindre", "news", "stop", "arret", "start"),
    ],
)
def test_bad_slugs(slug: str, town: Town) -> None:
    with pytest.raises(Refused) as refused:
        town.group(slug, "A name of its own")
    assert refused.value.reason == "bad_slug"
