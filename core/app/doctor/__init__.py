"""The doctor: settings against themselves, Exchange and ROOMS; one clear line for each finding."""
