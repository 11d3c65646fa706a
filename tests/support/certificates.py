"""Keys and certificates, made by OpenSSL on the spot, so that none lies in the repository."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Pair:
    """The files of a certificate and of its key, and one with both."""

    certificate: Path
    key: Path
    both: Path


def made(folder: Path, name: str = "localhost", days: int = 30) -> Pair:
    """A certificate of an own hand; with `days` below 0 one that ran out."""
    openssl = shutil.which("openssl")
    if openssl is None:
        missing = pytest.fail if os.environ.get("GATEWAY_TEST_ALL") else pytest.skip
        missing("install the package openssl")
    folder.mkdir(parents=True, exist_ok=True)
    pair = Pair(folder / "cert.pem", folder / "key.pem", folder / "both.pem")
    asked, extension = folder / "asked.pem", folder / "names"
    extension.write_text(f"subjectAltName=DNS:{name}\n")
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    new = ["req", "-new", *curve, "-subj", f"/CN={name}", "-keyout", pair.key, "-out", asked]
    sign = ["x509", "-req", "-in", asked, "-signkey", pair.key, "-days", str(days)]
    for words in (new, [*sign, "-extfile", extension, "-out", pair.certificate]):
        subprocess.run([openssl, *map(str, words)], check=True, capture_output=True)
    pair.both.write_text(pair.key.read_text() + pair.certificate.read_text())
    return pair
