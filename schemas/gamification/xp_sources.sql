-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table gamification.xp_sources (
    id uuid default gen_random_uuid() not null,
    source_type text not null,
    action_type text not null,
    source_hash uuid generated always as ((encode(substr(sha256(decode(((source_type || '.'::text) || action_type), 'escape'::text)), 1, 16), 'hex'::text))::uuid) stored,
    slot integer not null,
    version integer default 1 not null,
    xp_value integer not null,
    cooldown_sec integer default 0 not null,
    daily_cap integer,
    valid_from timestamp with time zone default now() not null,
    valid_to timestamp with time zone,
    metadata jsonb default '{}'::jsonb not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_xp_sources PRIMARY KEY (id),
    constraint uq_xp_sources_version UNIQUE (source_type, action_type, version),
    constraint ck_xp_sources_cooldown_sec CHECK (((cooldown_sec >= 0) AND (cooldown_sec <= 31536000))),
    constraint ck_xp_sources_daily_cap CHECK ((daily_cap >= xp_value)),
    constraint ck_xp_sources_metadata CHECK (((jsonb_typeof(metadata) = 'object'::text) AND (length((metadata)::text) <= 8192))),
    constraint ck_xp_sources_names CHECK (((source_type ~ '^[a-z][a-z0-9_]{0,59}$'::text) AND (action_type ~ '^[a-z][a-z0-9_]{0,59}$'::text))),
    constraint ck_xp_sources_slot CHECK (((slot >= 1) AND (slot <= 1000))),
    constraint ck_xp_sources_validity CHECK ((valid_to >= valid_from)),
    constraint ck_xp_sources_version CHECK ((version >= 1)),
    constraint ck_xp_sources_xp_value CHECK (((xp_value >= 1) AND (xp_value <= 1000000))),
    constraint ex_xp_sources_validity EXCLUDE USING gist (util.uuid_as_inet(source_hash) inet_ops WITH =, tstzrange(valid_from, valid_to) WITH &&)
);

comment on table gamification.xp_sources is 'Sources of XP and their worth, in versions: at each moment at most one version of a source counts. Written by gamification.publish_xp_source() and end_xp_source().';
comment on column gamification.xp_sources.source_type is 'The kind of thing: lesson, course, quiz.';
comment on column gamification.xp_sources.action_type is 'The action: completed, passed.';
comment on column gamification.xp_sources.source_hash is '128 bits of a hash of the names: the exclusion constraint has no equality for text.';
comment on column gamification.xp_sources.slot is 'Place of the source in the arrays of user_xp, the same for all its versions. Beyond some 90 sources the arrays leave the row and credits become slower.';
comment on column gamification.xp_sources.cooldown_sec is 'Seconds a person must wait between two credits of the source; 0: none.';
comment on column gamification.xp_sources.daily_cap is 'Most XP that a person earns from the source in one day (UTC, so that a change of time zone gives no second day); null: no cap.';
comment on column gamification.xp_sources.valid_to is 'First moment it no longer counts; null: open.';

CREATE UNIQUE INDEX idx_xp_sources_slot ON gamification.xp_sources USING btree (slot) WHERE (version = 1);

CREATE TRIGGER trg_xp_sources_set_updated_at BEFORE UPDATE ON gamification.xp_sources FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table gamification.xp_sources enable row level security;

grant select on table gamification.xp_sources to anon;
grant select on table gamification.xp_sources to authenticated;
grant select on table gamification.xp_sources to service_role;
grant select on table gamification.xp_sources to staff;

create policy xp_sources_select_any on gamification.xp_sources for select to authenticated
using (true);

create policy xp_sources_select_public on gamification.xp_sources for select to anon
using (true);

create policy xp_sources_select_staff on gamification.xp_sources for select to staff
using (true);

comment on policy xp_sources_select_any on gamification.xp_sources is 'Everyone may see the sources of XP.';
comment on policy xp_sources_select_public on gamification.xp_sources is 'Everyone may see the sources of XP.';
comment on policy xp_sources_select_staff on gamification.xp_sources is 'Staff may see the sources of XP.';
