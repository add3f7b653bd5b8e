-- The interview date, reminders on chosen days, the evening nudge, pauses, notes on cards.

alter table learner add column interview_on integer;                 -- local date, days since 1970-01-01; null is none
alter table learner add column remind_days integer not null default 127
    check (remind_days between 1 and 127);                           -- bit 0 is Monday
alter table learner add column nudge_at integer
    check (nudge_at between 0 and 1439);                             -- minutes after midnight; null is off
alter table learner add column next_nudge_at integer;                -- when the loop decides about the nudge
alter table learner add column dark_pictures integer not null default 0 check (dark_pictures in (0, 1));
alter table learner add column active_at integer;                    -- when they last wrote or tapped
create index learner_next_nudge on learner (next_nudge_at) where next_nudge_at is not null;

-- Study days on which nothing is asked and no streak is lost, both ends included; an open end is null.
create table pause (
    learner   integer not null references learner (id) on delete cascade,
    first_day integer not null,
    last_day  integer,
    primary key (learner, first_day)
) strict, without rowid;

-- A learner's own words on a card.
create table note (
    learner integer not null references learner (id) on delete cascade,
    card    text    not null,
    text    text    not null,
    written_at integer not null,
    primary key (learner, card)
) strict, without rowid;
