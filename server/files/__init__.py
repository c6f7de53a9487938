"""Files of an installation: their folder, the signed addresses under which callers fetch them, and the route that hands them out."""
