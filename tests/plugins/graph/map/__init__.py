"""The relationship map: its algorithms, pictures and files, and the map as clients ask for it."""
