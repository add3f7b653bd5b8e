-- A plan day that was done and is open again keeps the link to what was delivered, for when it is done once more.
alter table done_day add column reopened integer not null default 0 check (reopened in (0, 1));

-- When the pictures of progress were last sent, in milliseconds since 1970: a second tap sends none.
alter table learner add column stats_at integer;
