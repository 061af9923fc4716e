"""Past days worked out again, on one machine or on several: back-fills, and what a policy would have done."""
