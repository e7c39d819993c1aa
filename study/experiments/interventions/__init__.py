"""Interventions: weights frozen, gradients stopped and gradients let across rows, with all else held."""
