"""The facade (the one door), the engine (threads) and the wiring (where objects are built)."""
