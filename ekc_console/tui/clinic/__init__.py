"""The screen of a clinic's desk: its open visits and cards, with the operators' card behind them.
It takes no calls and shows nothing that is not its clinics'.
"""
