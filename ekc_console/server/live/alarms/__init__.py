"""Figures of queues and people against their limits: what is beyond, who was told, who sees to it.
Changes nothing of the centre; nothing here waits for anybody.
"""
