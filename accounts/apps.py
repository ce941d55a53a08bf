"""Accounts as an app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who is asking, and what they may."""

    name = "accounts"
