"""What the analysis is called, and what its published runs answer for."""

NAME = "segmentation"
SLOT = "cluster"
TREE_SLOT = "tree"  # a tree explains something: it does not take the place of clusters
READ = ("commerce.read",)  # what clusters are like tells what customers bought
