"""The window. Knows app.facade, app.wiring and model, nothing else. The only place with Qt."""
