"""What Exchange keeps and does by itself, without a word of any protocol."""
