"""Fixtures of all suites: real servers are plugins so that any suite may ask for one."""

pytest_plugins = [
    "tests.support.certificates",
    "tests.support.imap_servers",
    "tests.support.submission_servers",
    "tests.support.ldap_servers",
]
