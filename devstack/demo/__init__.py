"""`make demo`: people work a day in ROOMS and in Outlook, then both sides are compared.

Reading order: `script` (the day) -> `day` (its words) -> `performing` (people over HTTP) ->
`expectation` (what both sides should show) -> `picture`, `comparison` (what they do show) ->
`writes` (what the service wrote, and why) -> `arrivals` -> `verdict` -> `report`. Nothing here
asks the service what is right: only what it did, and how a change came to it.
"""
