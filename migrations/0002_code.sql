-- Coding prompts: a session of their own kind, what was shown of a prompt's help, and the programs handed in.
-- SQLite cannot widen a check, so `session` is made anew; the program switches foreign keys off meanwhile and
-- checks them afterwards.

create table session_new (
    id        integer primary key,
    learner   integer not null references learner (id) on delete cascade,
    kind      text    not null check (kind in ('review', 'quiz', 'code', 'checkpoint', 'mock')),
    week      integer check (week between 1 and 12),    -- null is everything
    study_day integer not null,
    started_at integer not null,
    ended_at  integer,
    step      integer not null default 0,               -- raised by every answer; older buttons are stale
    showing   integer not null default 0,               -- position of the item on the screen
    face      text    not null default 'front'
              check (face in ('front', 'back', 'verdict', 'menu', 'leech', 'sure')),
    shown_at  integer not null,                         -- when the question came up
    message   integer                                   -- Telegram's id of the session's message
) strict;
insert into session_new
    select id, learner, kind, week, study_day, started_at, ended_at, step, showing, face, shown_at, message
    from session;
drop table session;
alter table session_new rename to session;
create index session_learner on session (learner, id);

-- What a learner saw of a coding prompt's help before it was solved.
alter table session_item add column hints integer not null default 0;
alter table session_item add column solution_shown integer not null default 0 check (solution_shown in (0, 1));

-- Programs handed in: jobs for the judge until `judged_at` is set, in the transaction of their effect.
create table submission (
    id        integer primary key,
    learner   integer not null references learner (id) on delete cascade,
    session   integer not null references session (id) on delete cascade,
    position  integer not null,                         -- the item of the session
    card      text    not null,
    source    text,                                     -- as it came; null while a file is not fetched, or long ago
    file      text,                                     -- Telegram's id of an uploaded file that has to be fetched
    received_at integer not null,
    ready_at  integer not null,                         -- not judged before: more of it may be on its way
    judged_at integer,
    outcome   text    check (outcome in ('passed', 'failed', 'not_run', 'part', 'dropped')),
    time_us   integer,                                  -- run time of a program that was run
    verdict   text                                      -- the judge's answer as JSON, for the screen
) strict;
create index submission_waiting on submission (learner, id) where judged_at is null;
create index submission_card on submission (learner, card, id);
create index submission_item on submission (session, position, id);
