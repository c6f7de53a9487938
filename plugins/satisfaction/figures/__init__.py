"""Types of what a run says of a survey, and how each is made of the JSON that is kept."""
