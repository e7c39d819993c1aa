"""What frames the experiments in page and paper: title, abstract, methods, the table of claims, and how it looks."""
