"""What the page of free/busy shows: who was asked about, a table per day, times that would do."""
