"""The store under fire: flipped octets, kills, full disks (``packaging/dev.py faults store``)."""
