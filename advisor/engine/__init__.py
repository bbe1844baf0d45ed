"""The engine: scenarios, prices, times, rules, the shares learned from cases; and the advice that follows."""
