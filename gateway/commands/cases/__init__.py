"""`congthu policy test`: the cases of packs, which operand of a rule decided, and new goldens."""
