"""The command line of shared contract cli.md, over the same facade as the window. No Qt."""
