"""The operator's command line: each command is one use case, told in words."""
