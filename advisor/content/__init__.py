"""What `content/` holds: its models, how it is loaded and checked, and what of its dated facts holds on a day."""
