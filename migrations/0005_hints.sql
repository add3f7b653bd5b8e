-- Hints that a learner had seen when a program came in: one that is opened while it waits does not count against it.

alter table submission add column hints integer;                      -- null: not known, it came before this column
