"""What a row says: turns of a conversation, their order, traits of its fields."""
