"""Pure decisions: values in, values out. No IO, no clock, no randomness, no Qt."""
