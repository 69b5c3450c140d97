"""What the overview and the day of the resources say: words and wall times, no layout."""
