"""What is made of a run's traces: the model, the losses, the pages and the graphs.

Thin readers of files that the runtime wrote; nothing here is loaded while a program runs.
"""
