"""What is asked, and the answer in one sentence, beside the abstract."""
