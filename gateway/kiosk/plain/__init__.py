"""The kiosk in plain lines, for braille rows, for who listens to the screen, for any terminal.

The screens are the same, and what they do: here each is read out (`faces`), as lines that nobody
draws over, and a question at the end; what is typed is an answer to that question and to no other.
"""
