"""How words reach people and come back: one folder a carrier's wire."""
