"""What is done to the page's HTML after Typst has written it."""
