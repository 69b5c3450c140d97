"""Free/busy of people and resources, and when all could meet (R-820, R-821)."""
