"""The image core: judges, cleans, stores, renders and erases pictures for every feature."""
