"""Who and what is free when: values, cells, deviations and suggestions. Pure."""
