"""What the sync costs and how far it carries: counted operations, times units, against limits."""
