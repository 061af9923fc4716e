"""What accounts do: engagement events and intent observations."""
