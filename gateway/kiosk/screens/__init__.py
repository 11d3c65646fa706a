"""The screens: they show what they are given and ask the session; they decide nothing."""
