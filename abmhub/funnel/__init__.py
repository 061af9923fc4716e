"""The double funnel and its figures."""
