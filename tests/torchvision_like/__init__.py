"""Networks as torchvision's state dicts name them, written with torch's own layers; nothing of archspec is in here."""
