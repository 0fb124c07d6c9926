-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table gamification.xp_events (
    user_id uuid not null,
    created_at timestamp with time zone default now() not null,
    id uuid default gen_random_uuid() not null,
    seq bigint not null,
    source_type text not null,
    action_type text not null,
    source_version integer,
    xp_delta bigint not null,
    xp_before bigint not null,
    xp_after bigint not null,
    level_before integer not null,
    level_after integer not null,
    reference jsonb default '{}'::jsonb not null,
    constraint pk_xp_events PRIMARY KEY (user_id, created_at, id),
    constraint ck_xp_events_balance CHECK (((xp_after = (xp_before + xp_delta)) AND (xp_after >= 0))),
    constraint ck_xp_events_reference CHECK (((jsonb_typeof(reference) = 'object'::text) AND (length((reference)::text) <= 4096)))
) partition by RANGE (created_at);

comment on table gamification.xp_events is 'The ledger: every change of a person''s XP, appended and never changed. A journal: a partition for each month (UTC), no foreign keys, no triggers.';
comment on column gamification.xp_events.created_at is 'When the transaction began; events of a person took effect in the order of seq, not of this.';
comment on column gamification.xp_events.seq is 'Numbers a person''s events from 1 without gaps.';
comment on column gamification.xp_events.source_version is 'Version of the source that counted; null: a reward, a reversal or an opening balance.';
comment on column gamification.xp_events.reference is 'The occasion, as the caller described it: an object of at most 4,096 characters.';

alter table gamification.xp_events enable row level security;

grant select on table gamification.xp_events to authenticated;
grant select on table gamification.xp_events to service_role;
grant select on table gamification.xp_events to staff;

create policy xp_events_select_own on gamification.xp_events for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy xp_events_select_staff on gamification.xp_events for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'xp.read_any'::text) AS has_permission)));

comment on policy xp_events_select_own on gamification.xp_events is 'Users read their own events.';
comment on policy xp_events_select_staff on gamification.xp_events is 'Staff with xp.read_any read everyone''s events.';
