"""What `check_plugin` tries, a module for each side of a plugin. Every check yields a sentence for each thing that is wrong."""
