"""A softphone without a network, behind the same contract as the real one."""
