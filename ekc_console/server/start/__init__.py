"""What a start needs, and what it makes do with: certificates, prompts, engine. A fault
beside the calls never keeps a server down.
"""
