"""The supervisor of one local stack and the control API that drives it.

Reading order: `plan` (which parts, which commands) -> `parts` (one process) -> `supervisor` ->
`watch` (is it quiet?) -> `advance`, `reset` -> `control` (the HTTP face, contract section 2).
"""
