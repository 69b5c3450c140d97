"""What the console shows: read by `reader`, judged by `standing`, laid out by `day`; no texts here.

Nothing that leaves this package holds a title, a person or an address (D13).
"""
