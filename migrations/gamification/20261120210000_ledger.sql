create schema gamification;

comment on schema gamification is
'XP and what it is for: levels, achievements, quests, seasons, streaks, friends.';

grant usage on schema gamification to anon, authenticated, staff, service_role;

create table gamification.settings (
    key text not null,
    value integer not null,
    description text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_settings primary key (key),
    constraint ck_settings_key check (key ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$'),
    constraint ck_settings_value check (value >= 0)
);

create trigger trg_settings_set_updated_at
before update on gamification.settings
for each row execute function util.set_updated_at();

alter table gamification.settings enable row level security;

comment on table gamification.settings is
'Limits of the game that an operator may change, one number a row.';
comment on column gamification.settings.description is 'What the number limits, and its unit.';

create table gamification.level_definitions (
    id uuid not null default gen_random_uuid(),
    level integer not null,
    min_xp bigint not null,
    title text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_level_definitions primary key (id),
    constraint uq_level_definitions_level unique (level),
    -- Deferrable, so that levels can be moved in one statement.
    constraint uq_level_definitions_min_xp unique (min_xp) deferrable,
    constraint ck_level_definitions_level check (level between 1 and 1000),
    constraint ck_level_definitions_min_xp check ((level = 1) = (min_xp = 0) and min_xp >= 0),
    constraint ck_level_definitions_title check (length(title) between 1 and 80)
);

create trigger trg_level_definitions_set_updated_at
before update on gamification.level_definitions
for each row execute function util.set_updated_at();

create function gamification.assert_levels_rise() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (
        select
        from (
            select
                d.level,
                d.min_xp,
                row_number() over (order by d.level) as position,
                lag(d.min_xp) over (order by d.level) as previous_min_xp
            from gamification.level_definitions as d
        ) as ordered
        where ordered.level <> ordered.position or ordered.min_xp <= ordered.previous_min_xp
    ) then
        raise sqlstate 'PT409' using
            message = 'levels must be 1, 2, 3 and so on, each asking for more XP than the last',
            detail = 'level.not_rising',
            hint = 'Change the levels around it in the same transaction.';
    end if;
    return null;
end;
$$;

comment on function gamification.assert_levels_rise() is
'Refuses levels with gaps, or that do not ask for more XP than the one below.

Definer, because before Postgres 18 a deferred trigger runs as whoever ends the transaction.

Returns: null, as an AFTER trigger.
Raises: PT409 level.not_rising.
Caller: triggers only.';

revoke all on function gamification.assert_levels_rise() from public;

create constraint trigger trg_level_definitions_assert_levels_rise
after insert or update or delete on gamification.level_definitions
deferrable initially deferred
for each row execute function gamification.assert_levels_rise();

alter table gamification.level_definitions enable row level security;

comment on table gamification.level_definitions is
'Levels and the XP each asks for, from level 1 at 0 XP up without gaps. What people stand at is '
'kept in user_xp: gamification.refresh_levels() follows a change.';
comment on column gamification.level_definitions.min_xp is
'Total XP from which a person has the level.';

create table gamification.xp_sources (
    id uuid not null default gen_random_uuid(),
    source_type text not null,
    action_type text not null,
    source_hash uuid generated always as (
        encode(
            substr(sha256(decode(source_type || '.' || action_type, 'escape')), 1, 16), 'hex'
        )::uuid
    ) stored,
    slot integer not null,
    version integer not null default 1,
    xp_value integer not null,
    cooldown_sec integer not null default 0,
    daily_cap integer,
    valid_from timestamptz not null default now(),
    valid_to timestamptz,
    metadata jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_xp_sources primary key (id),
    constraint uq_xp_sources_version unique (source_type, action_type, version),
    constraint ck_xp_sources_names
    check (source_type ~ '^[a-z][a-z0-9_]{0,59}$' and action_type ~ '^[a-z][a-z0-9_]{0,59}$'),
    constraint ck_xp_sources_slot check (slot between 1 and 1000),
    constraint ck_xp_sources_version check (version >= 1),
    constraint ck_xp_sources_xp_value check (xp_value between 1 and 1000000),
    constraint ck_xp_sources_cooldown_sec check (cooldown_sec between 0 and 31536000),
    constraint ck_xp_sources_daily_cap check (daily_cap >= xp_value),
    constraint ck_xp_sources_validity check (valid_to >= valid_from),
    constraint ck_xp_sources_metadata
    check (jsonb_typeof(metadata) = 'object' and length(metadata::text) <= 8192),
    constraint ex_xp_sources_validity exclude using gist (
        util.uuid_as_inet(source_hash) inet_ops with =,
        tstzrange(valid_from, valid_to) with &&
    )
);

-- Later versions take the slot of the first.
create unique index idx_xp_sources_slot on gamification.xp_sources (slot) where version = 1;

create trigger trg_xp_sources_set_updated_at
before update on gamification.xp_sources
for each row execute function util.set_updated_at();

alter table gamification.xp_sources enable row level security;

comment on table gamification.xp_sources is
'What earns XP and how much, in versions: at each moment at most one version of a source counts. '
'Written by gamification.publish_xp_source() and end_xp_source().';
comment on column gamification.xp_sources.source_type is 'The kind of thing: lesson, course, quiz.';
comment on column gamification.xp_sources.action_type is 'What was done to it: completed, passed.';
comment on column gamification.xp_sources.source_hash is
'128 bits of a hash of the names: the exclusion constraint has no equality for text.';
comment on column gamification.xp_sources.slot is
'Place of the source in the arrays of user_xp, the same for all its versions. Beyond some 90 '
'sources the arrays leave the row and credits become slower.';
comment on column gamification.xp_sources.cooldown_sec is
'Seconds a person must wait between two credits of the source; 0: none.';
comment on column gamification.xp_sources.daily_cap is
'Most XP a person earns of the source in one day (UTC, so that a change of time zone gives no '
'second day); null: no cap.';
comment on column gamification.xp_sources.valid_to is
'First moment it no longer counts; null: open.';

create table gamification.user_xp (
    user_id uuid not null,
    total_xp bigint not null default 0,
    current_level integer not null default 1,
    current_xp_in_level bigint not null default 0,
    next_level_at bigint,
    last_seq bigint not null default 0,
    last_event_at timestamptz,
    credits integer[] not null default '{}',
    credited_at timestamptz[] not null default '{}',
    xp_on_day integer[] not null default '{}',
    constraint pk_user_xp primary key (user_id),
    constraint fk_user_xp_user foreign key (user_id) references public.profiles (id),
    constraint ck_user_xp_total
    check (total_xp < next_level_at and current_xp_in_level between 0 and total_xp)
) with (fillfactor = 70); -- room for the next version of a row on its own page

alter table gamification.user_xp enable row level security;

comment on table gamification.user_xp is
'One row for each person with all that a credit must know, written by the functions of the ledger '
'alone: the total, which equals the sum of xp_events.xp_delta, and how often and when each source '
'was credited (gamification.user_xp_sources shows that as rows). It is the lock under which a '
'person''s events are numbered.';
comment on column gamification.user_xp.current_xp_in_level is 'XP above what the level asks for.';
comment on column gamification.user_xp.next_level_at is
'Total XP at which the next level begins; null: there is none.';
comment on column gamification.user_xp.last_seq is 'seq of the person''s newest event.';
comment on column gamification.user_xp.credits is
'By slot of the source: credits that were not reversed; null: none ever.';
comment on column gamification.user_xp.credited_at is
'By slot of the source: when it was last credited; null: never.';
comment on column gamification.user_xp.xp_on_day is
'By slot of the source: XP earned of it on the day (UTC) of credited_at.';

create table gamification.xp_events (
    user_id uuid not null,
    created_at timestamptz not null default now(),
    id uuid not null default gen_random_uuid(),
    seq bigint not null,
    source_type text not null,
    action_type text not null,
    source_version integer,
    xp_delta bigint not null,
    xp_before bigint not null,
    xp_after bigint not null,
    level_before integer not null,
    level_after integer not null,
    reference jsonb not null default '{}',
    constraint pk_xp_events primary key (user_id, created_at, id),
    constraint ck_xp_events_balance check (xp_after = xp_before + xp_delta and xp_after >= 0),
    constraint ck_xp_events_reference
    check (jsonb_typeof(reference) = 'object' and length(reference::text) <= 4096)
) partition by range (created_at);

alter table gamification.xp_events enable row level security;

comment on table gamification.xp_events is
'The ledger: every change of a person''s XP, appended and never changed. A journal: a partition '
'for each month (UTC), no foreign keys, no triggers.';
comment on column gamification.xp_events.created_at is
'When the transaction began; events of a person took effect in the order of seq, not of this.';
comment on column gamification.xp_events.seq is 'Numbers a person''s events from 1 without gaps.';
comment on column gamification.xp_events.source_version is
'Version of the source that counted; null: a reward, a reversal or an opening balance.';
comment on column gamification.xp_events.reference is
'What it was earned for, as the caller told: an object of at most 4,096 characters.';

create table gamification.xp_idempotency_keys (
    user_id uuid not null,
    key text not null,
    event_id uuid not null,
    event_created_at timestamptz not null default now(),
    reversed_at timestamptz,
    constraint pk_xp_idempotency_keys primary key (user_id, key),
    constraint ck_xp_idempotency_keys_key check (length(key) between 1 and 200)
);

alter table gamification.xp_idempotency_keys enable row level security;

comment on table gamification.xp_idempotency_keys is
'Which event a key made, whatever its month. The event holds the request and the answer, so they '
'are not kept twice. No foreign key: the account in user_xp has one, and the check would cost a '
'tenth of a credit.';
comment on column gamification.xp_idempotency_keys.reversed_at is
'When the event was taken back; null: it was not.';
