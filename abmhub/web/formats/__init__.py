"""How dates are written where Django writes them itself: in the admin as on our own pages."""
