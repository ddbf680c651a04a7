"""The system's browser in tests of the command line: signs a person in and comes back.

``BROWSER="python -m tests.support.browser_person CA LOGIN %s"``.
"""

from __future__ import annotations

import ssl
import sys

from tests.support.oidc_provider import Person


def main() -> None:
    ca, login, address = sys.argv[1:]
    person = Person(ssl.create_default_context(cafile=ca))
    person.agree(address, login)
    person.come_back()


if __name__ == "__main__":
    main()
