"""The store under fire, flips to power cuts (``packaging/dev.py faults store``)."""
