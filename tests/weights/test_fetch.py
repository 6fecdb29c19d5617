"""Fetching published weights from a server that misbehaves: the whole file or none."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from npinception import InceptionV3
from npinception.errors import MissingPackageError, WeightsError
from npinception.weights import fetch as fetch_module
from npinception.weights import published
from npinception.weights.cache import cache_folder, cached_path
from npinception.weights.fetch import fetch
from npinception.weights.published import PUBLISHED, Published, find_named
from npinception.weights.resolve import resolve_weights
from npinception.weights.store import verify_weights, write_weights
from npinception.weights.transfer import Limits

from .conftest import stem
from .http_server import ADDRESS, Server, serving, unused_port
from .test_slim import save_variables, variables

#: Seconds of stalling enough for any machine where the server does answer.
LIMITS = Limits(tries=3, connect=20.0, stall=20.0, pause=0.01, size=1 << 24)
HASTY = replace(LIMITS, stall=0.3)

CHECKPOINT = "inception_v3.ckpt"


@pytest.fixture(scope="module")
def values() -> dict[str, np.ndarray]:
    return variables(5)


@pytest.fixture(scope="module")
def content(values: dict[str, np.ndarray], scratch: Path) -> bytes:
    """Return the bytes of a narrow checkpoint in one file, as the published one is."""
    return save_variables(values, scratch / CHECKPOINT, version=1).read_bytes()


@pytest.fixture(scope="module")
def server(content: bytes) -> Iterator[Server]:
    with serving(content) as running:
        yield running


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of fetched weights, empty for each test; no proxy stands between."""
    monkeypatch.setenv("NPINCEPTION_WEIGHTS_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", ADDRESS)
    return tmp_path / "cache"


def entry_of(url: str, content: bytes) -> Published:
    """Return the record of a checkpoint."""
    sha256 = hashlib.sha256(content).hexdigest()
    return Published("small", CHECKPOINT, sha256, licence="MIT", variant="slim", url=url)


def assert_fetched(path: Path, values: dict[str, np.ndarray], folder: Path) -> None:
    """Compare every parameter bit by bit; nothing else may have been left."""
    assert list(folder.iterdir()) == [path]
    file = verify_weights(path)
    assert file.metadata.licence == "MIT"
    assert file.metadata.config.variant.name == "slim"
    assert {n: v.tobytes() for n, v in file.parameters.items()} == {
        n: v.tobytes() for n, v in values.items()
    }


@pytest.mark.parametrize(
    ("behaviour", "requests"),
    [("right", 1), ("moved", 1), ("cut_once", 2), ("cut_silently_once", 2), ("reset_once", 2),
     ("wrong_once", 2), ("broken_once", 2)],
)  # fmt: skip
def test_it_comes_in_the_end(
    server: Server, values: dict[str, np.ndarray], folder: Path, behaviour: str, requests: int
) -> None:
    entry = entry_of(server.url(behaviour, "comes"), server.content)
    before = server.requests.total()
    path = fetch(entry, LIMITS)
    assert path == folder / "small.h5"
    assert_fetched(path, values, folder)
    assert server.requests[f"/{behaviour}/comes"] == requests
    count = server.requests.total()
    assert count == before + requests + (behaviour == "moved")
    # A second time, nothing is asked for.
    assert fetch(entry, LIMITS) == path
    assert server.requests.total() == count


FAILURES = [
    ("cut", "tried 3 times", 3),
    ("stall", "it sends too little in 0.3 s; tried 3 times", 3),
    ("silent", "tried 3 times", 3),
    ("drip", "it sends too little in 0.3 s; tried 3 times", 3),
    ("says_less", "wrong bytes: their SHA256 is", 2),
    ("says_more", "tried 3 times", 3),
    ("says_nonsense", "'many'; tried 3 times", 3),
    ("endless", f"more than {1 << 24} bytes", 1),
    ("wrong", "wrong bytes: their SHA256 is", 2),
    ("moved_to_a_file", "neither http nor https: ", 1),
    ("moved_to_itself", "redirects", 31),
    ("missing", "the server answers 404 Not Found", 1),
    ("broken", "the server answers 500 Internal Server Error; tried 3 times", 3),
    ("garbage", "tried 3 times", 3),
]


@pytest.mark.parametrize(("behaviour", "words", "requests"), FAILURES)
def test_it_never_comes(
    server: Server, folder: Path, behaviour: str, words: str, requests: int
) -> None:
    entry = entry_of(server.url(behaviour, "never"), server.content)
    kept = older_weights(folder)
    hasty = behaviour in ("stall", "silent", "drip")
    message = refused(entry, HASTY if hasty else LIMITS)
    assert words in message
    assert server.requests[f"/{behaviour}/never"] == requests
    assert list(folder.iterdir()) == [folder / "small.h5"]
    assert (folder / "small.h5").read_bytes() == kept
    if "wrong bytes" in message:
        assert message.count(str(entry.sha256)) == 1
        found = message.split("their SHA256 is ")[1][:64]
        assert len(set(found)) > 8


def older_weights(folder: Path) -> bytes:
    """Keep good weights of another source in the cache; return their bytes."""
    folder.mkdir()
    write_weights(folder / "small.h5", *stem())
    return (folder / "small.h5").read_bytes()


def refused(entry: Published, limits: Limits = LIMITS) -> str:
    """Return the one line with which a fetch ends: it names the URL and the manual way."""
    with pytest.raises(WeightsError) as caught:
        fetch(entry, limits)
    message = str(caught.value)
    assert "\n" not in message
    assert str(entry.url) in message
    assert "npinception weights convert" in message
    assert str(cached_path(entry.name)) in message
    return message


def test_nobody_listens(folder: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = entry_of(f"http://{ADDRESS}:{unused_port()}/x", content)
    assert "Connection refused" in refused(entry)
    assert "not known" in refused(replace(entry, url="http://no-such-host.invalid/x"))
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("HTTP_PROXY", f"http://{ADDRESS}:{unused_port()}")
    monkeypatch.setenv("http_proxy", f"http://{ADDRESS}:{unused_port()}")
    assert "(proxy: Connection refused)" in refused(entry)
    assert list(folder.iterdir()) == []


def test_older_and_damaged_weights_are_replaced(
    server: Server, values: dict[str, np.ndarray], folder: Path
) -> None:
    entry = entry_of(server.url("right", "again"), server.content)
    older_weights(folder)
    path = fetch(entry, LIMITS)
    assert_fetched(path, values, folder)
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)
    assert_fetched(fetch(entry, LIMITS), values, folder)
    assert server.requests["/right/again"] == 2


def test_every_kind_of_hash(
    server: Server, values: dict[str, np.ndarray], folder: Path, content: bytes
) -> None:
    entry = entry_of(server.url("right", "hashes"), content)
    digits, md5 = str(entry.sha256)[:8], hashlib.md5(content).hexdigest()
    for right in (replace(entry, sha256=digits), replace(entry, sha256=None, md5=md5)):
        assert_fetched(fetch(right, LIMITS), values, folder)
        (folder / "small.h5").unlink()
    wrong = f"{int(digits, 16) ^ 1:08x}"
    assert f"begins with {wrong}" in refused(replace(entry, sha256=wrong))
    assert f"their MD5 is {md5}" in refused(replace(entry, md5="0" * 32))
    assert "nobody publishes a hash" in refused(replace(entry, sha256=None))
    assert list(folder.iterdir()) == []


def archive_of(members: dict[str, bytes]) -> bytes:
    """Return a ``.tar.gz``."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        for name, content in members.items():
            item = tarfile.TarInfo(name)
            item.size = len(content)
            archive.addfile(item, io.BytesIO(content))
    return packed.getvalue()


@pytest.mark.parametrize("name", [CHECKPOINT, f"./{CHECKPOINT}"])
def test_a_member_of_an_archive(
    content: bytes, values: dict[str, np.ndarray], folder: Path, tmp_path: Path, name: str
) -> None:
    packed = archive_of({"../../outside": b"x", name: content})
    with serving(packed) as server:
        assert_fetched(fetch(archived(server), LIMITS), values, folder)
    assert list(tmp_path.iterdir()) == [folder]


def archived(server: Server) -> Published:
    """Return the record of the checkpoint in an archive."""
    md5 = hashlib.md5(server.content).hexdigest()
    entry = entry_of(server.url("right", "x.tar.gz"), server.content)
    return replace(entry, sha256=None, member=CHECKPOINT, archive_md5=md5)


@pytest.mark.parametrize(
    ("packed", "words"),
    [
        (archive_of({"other.ckpt": b"x"}), f"holds no file {CHECKPOINT}"),
        (archive_of({"bomb": bytes(1 << 25), CHECKPOINT: b"x"}), f"holds no file {CHECKPOINT}"),
        (archive_of({CHECKPOINT: bytes(range(256)) * 99})[:-99], "damaged archive"),
        (b"no archive", "damaged archive"),
        (archive_of({CHECKPOINT: b"no checkpoint"}), "no known format"),
    ],
)
def test_archives_that_are_not_what_they_should_be(folder: Path, packed: bytes, words: str) -> None:
    with serving(packed) as server, pytest.raises(WeightsError, match=words) as caught:
        fetch(archived(server), LIMITS)
    assert "\n" not in str(caught.value)
    assert list(folder.iterdir()) == []


def test_what_killed_processes_left_is_removed(server: Server, folder: Path) -> None:
    for name, age in ((".fetch-old", 1e6), (".fetch-busy", 0.0)):
        (folder / name).mkdir(parents=True)
        (folder / name / "part").touch()
        created = (folder / name).stat().st_mtime
        os.utime(folder / name, (created - age, created - age))
    fetch(entry_of(server.url("right", "stale"), server.content), LIMITS)
    assert sorted(path.name for path in folder.iterdir()) == [".fetch-busy", "small.h5"]


def test_folders_that_cannot_be_written(
    server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = pytest.importorskip("resource")
    entry = entry_of(server.url("right", "full"), server.content)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(WeightsError, match=r"cannot be written \(.*free disk space"):
            fetch(entry, LIMITS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(folder.iterdir()) == []
    (folder / "file").touch()
    monkeypatch.setenv("NPINCEPTION_WEIGHTS_DIR", str(folder / "file" / "weights"))
    with pytest.raises(WeightsError, match="NPINCEPTION_WEIGHTS_DIR"):
        fetch(entry, LIMITS)


def test_a_package_that_conversion_needs_is_asked_for_first(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_module, "find_spec", lambda _: None)
    with pytest.raises(MissingPackageError, match=r"npinception\[tensorflow\]"):
        fetch(entry_of(server.url("right", "early"), server.content), LIMITS)
    assert server.requests["/right/early"] == 0


def test_two_processes_at_once(legacy: bytes, folder: Path) -> None:
    code = (
        "import sys; from npinception.weights.fetch import fetch;"
        "from npinception.weights.published import Published;"
        "print(fetch(Published('small', 'x.h5', sys.argv[1], url=sys.argv[2])))"
    )
    with serving(legacy) as server:
        command = [sys.executable, "-c", code, hashlib.sha256(legacy).hexdigest()]
        url = server.url("right", "x.h5")
        processes = [
            subprocess.Popen([*command, url], stdout=subprocess.PIPE, text=True) for _ in range(2)
        ]
        outputs = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert outputs == [str(folder / "small.h5")] * 2
    verify_weights(folder / "small.h5")
    assert list(folder.iterdir()) == [folder / "small.h5"]


def test_load_fetches_once(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = replace(entry_of(server.url("right", "load"), server.content), aliases=("imagenet",))
    monkeypatch.setattr(published, "PUBLISHED", (entry,))
    with pytest.raises(WeightsError, match="npinception weights fetch imagenet"):
        resolve_weights("imagenet")
    for name in ("imagenet", "small", "imagenet"):
        assert InceptionV3.load(name, engine="reference").num_classes == 5
    assert server.requests["/right/load"] == 1
    assert resolve_weights("imagenet") == cached_path("small")


def test_load_without_a_network_names_the_weights_in_the_package(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"http://{ADDRESS}:{unused_port()}/x"
    entry = replace(entry_of(url, content), aliases=("imagenet",))
    monkeypatch.setattr(published, "PUBLISHED", (entry,))
    with pytest.raises(WeightsError, match=r"weights convert .* --weights shapes") as caught:
        InceptionV3.load("imagenet")
    assert "\n" not in str(caught.value)


def test_where_the_cache_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NPINCEPTION_WEIGHTS_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_folder() == tmp_path / "home" / ".cache" / "npinception" / "weights"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "npinception" / "weights"
    monkeypatch.delenv("XDG_CACHE_HOME")

    def homeless(_: object) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", classmethod(homeless))
    with pytest.raises(WeightsError, match="NPINCEPTION_WEIGHTS_DIR"):
        cache_folder()


def test_nothing_that_downloads_is_imported_with_the_package() -> None:
    code = "import npinception, sys; print({'pooch', 'requests', 'tqdm'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_table() -> None:
    names = [name for entry in PUBLISHED for name in (entry.name, *entry.aliases)]
    assert len(set(names)) == len(names)
    assert not set(names) & set(published.BUNDLED)
    for entry in PUBLISHED:
        assert find_named(entry.name) is entry
        assert str(entry.url).startswith(("https://", "http://"))
        file = entry.file.partition(": ")[0]
        assert str(entry.url).endswith(f"/{file}")
        for algorithm, digits in entry.hashes.items():
            assert len(digits) in (8, hashlib.new(algorithm).digest_size * 2)
            assert set(digits) <= set("0123456789abcdef")
    default = find_named("imagenet")
    assert default is not None
    assert default.name == "keras-imagenet"
    assert find_named("nonsense") is None
