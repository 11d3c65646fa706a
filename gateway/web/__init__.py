"""The Flask app: webhooks, the kiosk's API, unsubscribe, health."""
