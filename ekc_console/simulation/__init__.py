"""The routing core in virtual time: what a day would be like with other people and settings.

Pure: everything random comes from seeds that are given. Moments and durations are in seconds.
"""
