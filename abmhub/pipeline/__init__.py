"""What accounts buy: leads, opportunities, products."""
