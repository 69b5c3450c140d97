"""The Exchange simulator: one model of mailboxes with protocol faces in front of it."""
