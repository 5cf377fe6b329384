"""Commands about cards: filled at the desk, reopened, their people and home visits."""
