"""The window: Qt widgets. Knows app.facade, app.wiring and model, nothing else."""
