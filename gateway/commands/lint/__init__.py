"""`congthu policy lint`: what compiles and is still not meant: dead rules, covered ones, words that do not fit."""
