"""Fixtures of all suites: real servers are plugins so that any suite may ask for one.

Everything here is of one process: `dev.py test` runs several beside each other, each with servers
of its own. A file's tests stay together, in their order.
"""

from __future__ import annotations

import gc
import itertools
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

if sys.platform != "win32":
    import resource

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

if sys.dont_write_bytecode:  # then each of a thousand processes compiles all of itself again
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(Path(__file__).resolve().parents[1] / ".mel-test" / "bytecode")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix

# Laws are tried on the same examples each time, so that a red run can be run again; a time that a
# busy machine takes says nothing of a law. MEL_SEARCH=1 looks for new examples.
hypothesis.settings.register_profile(
    "mel",
    deadline=None,
    derandomize=not os.environ.get("MEL_SEARCH"),
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("mel")

pytest_plugins = [
    "tests.support.certificates",
    "tests.support.imap_servers",
    "tests.support.submission_servers",
    "tests.support.ldap_servers",
    "tests.support.oidc_provider",
    "tests.support.sign_in_servers",
    "tests.support.names",
    "tests.support.dav_servers",
]

_PLACES = itertools.count()


@pytest.fixture(scope="session", autouse=True)
def _ceiling() -> Iterator[None]:
    """The program forbids core files in the process that it runs in, for good. Here that is the
    one of all tests: the limit may be lowered in it, the ceiling not, for children raise their own.
    """
    if sys.platform == "win32":
        yield
        return
    real = resource.setrlimit

    def setrlimit(what: int, limits: tuple[int, int]) -> None:
        if what == resource.RLIMIT_CORE:
            limits = (limits[0], resource.getrlimit(what)[1])
        real(what, limits)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resource, "setrlimit", setrlimit)
        yield


@pytest.fixture(scope="session", autouse=True)
def _states(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("states")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder / "session"))
        yield folder


@pytest.fixture(autouse=True)
def state_home(_states: Path) -> Iterator[Path]:
    """What this PC remembers of vaults: nothing at first, and nothing of another test. The person's
    own is never touched.
    """
    folder = _states / str(next(_PLACES))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder))
        yield folder


def pytest_configure() -> None:
    from tests.support.patience import be_patient
    from tests.support.quick import unlock_quickly

    unlock_quickly()
    be_patient()


def pytest_collection_finish() -> None:
    """Ten thousand tests are there to stay: no collection of garbage looks at them again."""
    gc.collect()
    gc.freeze()
