"""Imports the .ics file of any client into a simulated mailbox and says what came of it.

Pure: `content_lines` -> `structure` -> `entries` (with `zones`, `spans`, `people`, `places`,
`reminders`, `events`) -> Graph's JSON or a reason. Around it: `importing` writes as that user over
plain Graph, `fates` looks what ROOMS made of it, `demo` is the command.

README.md beside this file tells what an entry becomes, and what is not imported.
"""
