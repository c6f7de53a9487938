"""RFM: how recently, how often and for how much customers bought, each scored from 1 to 5, and segments named after the scores."""
