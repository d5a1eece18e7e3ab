"""ModelsLab's Agents API."""
