"""Webhooks: the news, told to other services at addresses that their people chose (Standard Webhooks 1.0)."""
