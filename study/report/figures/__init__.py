"""The look of all figures, from one place: colours, style, marks, shapes, and how they are written and shown."""
