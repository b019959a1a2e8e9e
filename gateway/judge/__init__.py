"""L1: facts to verdict. Pure; every judgement is a finding with its rule, citation and evidence."""
