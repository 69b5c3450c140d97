"""`make bench`: what starting, mirroring and not mirroring costs -> `var/bench.json`.

Reading order: `startup` with `probe` (a fresh process) -> `costs` (calls per change and per echo)
-> `traffic`, `load` (changes per second over twenty mailboxes) -> `run`. Times come from the
simulators' own request logs, counts of table and queue calls from the app.
"""
