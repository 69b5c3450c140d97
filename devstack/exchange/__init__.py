"""The Exchange simulator: one model of mailboxes with protocol faces in front of it.

`model` knows what Exchange does, `graph` how Microsoft Graph shows it; `simulator` puts both
together with the control API of the local stack.
"""
