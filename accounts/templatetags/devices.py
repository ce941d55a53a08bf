"""Names of browsers for lists of sessions."""

from django import template

from accounts import devices

register = template.Library()
register.filter("device", devices.device)
