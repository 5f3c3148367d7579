"""How the sample shop is made up: words, order schedule, people and order history."""
