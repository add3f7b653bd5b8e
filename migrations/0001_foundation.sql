-- The foundation: learners, their plan and sessions, the review log with the schedule that follows from it,
-- reminders, and the two queues between Telegram and the study.
-- Times are milliseconds since 1970 in UTC (`_at`); study days are days since 1970-01-01 in the learner's zone.

-- One Telegram user. All state belongs to a learner.
create table learner (
    id              integer primary key,                -- Telegram's user id
    chat            integer not null,                   -- the private chat
    name            text    not null,                   -- first name, for greetings only
    zone            text    not null,                   -- IANA name
    day_start       integer not null default 240 check (day_start between 0 and 1439), -- minutes after midnight
    start_day       integer not null,                   -- study day that is day 1 of the plan
    new_per_day     integer not null default 10  check (new_per_day between 0 and 999),
    reviews_per_day integer not null default 100 check (reviews_per_day between 1 and 9999),
    six_qualities   integer not null default 0   check (six_qualities in (0, 1)),
    plain_formulas  integer not null default 0   check (plain_formulas in (0, 1)), -- HTML with Unicode instead of rich messages
    remind_at       integer check (remind_at between 0 and 1439), -- minutes after midnight; null is off
    next_reminder_at integer,                           -- when the loop looks at this learner again; null is never
    snoozed_until   integer,                            -- a reminder put off by a tap
    dialog          text,                               -- the question that the next text answers; null is none
    deep_link       text,                               -- where to go after the first questions
    blocked         integer not null default 0 check (blocked in (0, 1)), -- sending was refused
    joined_at       integer not null
) strict;
create index learner_next_reminder on learner (next_reminder_at) where next_reminder_at is not null;
create index learner_snoozed on learner (snoozed_until) where snoozed_until is not null;

-- Weeks that a learner opened by hand, beside those the calendar has reached.
create table opened_week (
    learner integer not null references learner (id) on delete cascade,
    week    integer not null check (week between 1 and 12),
    primary key (learner, week)
) strict, without rowid;

-- Plan days that are done, with the delivered link.
create table done_day (
    learner   integer not null references learner (id) on delete cascade,
    plan_day  integer not null check (plan_day between 1 and 84),
    study_day integer not null,                         -- when it was marked: counts for the streak
    link      text,
    primary key (learner, plan_day)
) strict, without rowid;

-- One sitting: a review session or a quiz. It survives a restart.
create table session (
    id        integer primary key,
    learner   integer not null references learner (id) on delete cascade,
    kind      text    not null check (kind in ('review', 'quiz')),
    week      integer check (week between 1 and 12),    -- null is everything
    study_day integer not null,
    started_at integer not null,
    ended_at  integer,
    step      integer not null default 0,               -- raised by every answer; older buttons are stale
    showing   integer not null default 0,               -- position of the item on the screen
    face      text    not null default 'front' check (face in ('front', 'back', 'verdict', 'menu', 'leech')),
    shown_at  integer not null,                         -- when the question came up
    message   integer                                   -- Telegram's id of the session's message
) strict;
create index session_learner on session (learner, id);

-- The review log: one graded answer a row. Rows are only ever added; undo marks a row and changes nothing else.
create table review (
    id        integer primary key,
    learner   integer not null references learner (id) on delete cascade,
    card      text    not null,
    rev       integer not null,                         -- the card's revision that was asked
    session   integer references session (id) on delete set null,
    kind      text    not null check (kind in ('review', 'drill', 'practice')), -- only a review moves the schedule
    first     integer not null check (first in (0, 1)), -- the card was new
    quality   integer not null check (quality between 0 and 5),
    study_day integer not null,
    answered_at integer not null,
    took_ms   integer not null,
    undone_at integer
) strict;
create index review_learner_card on review (learner, card, id);
create index review_learner_day on review (learner, study_day);

-- The schedule: SM-2's state of each card met. It follows from the review log alone and can be rebuilt from it.
create table schedule (
    learner    integer not null references learner (id) on delete cascade,
    card       text    not null,
    rev        integer not null,
    repetition integer not null,
    interval   integer not null,                        -- days
    ease       integer not null check (ease >= 130),    -- hundredths
    due        integer not null,                        -- study day
    reviewed_on integer not null,                       -- study day of the last review
    lapses     integer not null,
    primary key (learner, card)
) strict, without rowid;
create index schedule_due on schedule (learner, due);

-- Cards that a learner put aside.
create table card_mark (
    learner      integer not null references learner (id) on delete cascade,
    card         text    not null,
    suspended    integer not null default 0 check (suspended in (0, 1)),
    buried_until integer,                               -- first study day on which it may be asked again
    primary key (learner, card)
) strict, without rowid;

-- The cards of a session, in order. A drill item is added when its turn comes.
create table session_item (
    session  integer not null references session (id) on delete cascade,
    position integer not null,
    card     text    not null,
    mode     text    not null check (mode in ('due', 'new', 'drill', 'practice')),
    outcome  text    check (outcome in ('answered', 'skipped', 'buried', 'suspended', 'gone')), -- null is open
    review   integer references review (id) on delete set null,
    given    text,                                      -- the learner's option or typed answer, for the screen
    primary key (session, position)
) strict, without rowid;

-- Reminders that were decided, so that no day has two: nth is 0 for the daily one, then one for each snooze.
create table reminder (
    learner   integer not null references learner (id) on delete cascade,
    day       integer not null,                         -- local date, days since 1970-01-01
    nth       integer not null,
    outcome   text    not null check (outcome in ('sent', 'done', 'late', 'not_yet', 'declined')),
    decided_at integer not null,
    primary key (learner, day, nth)
) strict, without rowid;

-- Updates as they came, stored before Telegram is told to forget them. The body is dropped once it is worked off.
create table inbox (
    update_id   integer primary key,
    body        text,
    received_at integer not null,
    worked_at   integer,
    failure     text                                    -- reference given to the learner, when it failed
) strict;
create index inbox_open on inbox (update_id) where worked_at is null;

-- Messages that have to leave, written in the transaction of what caused them.
create table outbox (
    id        integer primary key,
    chat      integer not null,
    class     text    not null check (class in ('answer', 'reminder')),
    plain_formulas integer not null check (plain_formulas in (0, 1)),
    body      text    not null,                         -- an Op as JSON
    created_at integer not null,
    expires_at integer,                                 -- not sent after this
    claimed_at integer                                  -- a reminder is claimed before it is sent, so never sent twice
) strict;
