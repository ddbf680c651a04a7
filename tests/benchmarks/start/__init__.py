"""From the process to the first painted window of an empty profile, and its memory at rest."""
