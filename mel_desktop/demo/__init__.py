"""The embedded school: servers, people and messages, and a visit that uses the program on them.

Stands above ui and cli because it drives them as a person would; nothing imports it but
``__main__``.
"""
