"""Placeholder."""
import matplotlib.pyplot as plt
ALT = "A placeholder that is long enough to be one."
NEEDS = ("main_grid",)
def draw(evidence):
    figure, axes = plt.subplots(figsize=(6.4, 2.4))
    return figure
