"""Pure values that every layer may know. No IO, no clock, no Qt."""
