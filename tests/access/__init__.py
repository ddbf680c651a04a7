"""What a screen reader gets, measured on every screen."""
