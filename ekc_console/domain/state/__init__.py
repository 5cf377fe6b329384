"""What the centre knows: records, their transition tables, and the indexes that follow from them.
Nothing here decides; the rules do. Knows no rule.
"""
