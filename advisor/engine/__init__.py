"""The engine: scenarios, prices, times, rules; and the advice that follows."""
