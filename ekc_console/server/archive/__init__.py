"""What is kept: recordings on the disk and for how long, figures of days that are over.
Never costs a call.
"""
