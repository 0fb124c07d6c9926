-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table gamification.user_xp (
    user_id uuid not null,
    total_xp bigint default 0 not null,
    current_level integer default 1 not null,
    current_xp_in_level bigint default 0 not null,
    next_level_at bigint,
    last_seq bigint default 0 not null,
    last_event_at timestamp with time zone,
    credits integer[] default '{}'::integer[] not null,
    credited_at timestamp with time zone[] default '{}'::timestamp with time zone[] not null,
    xp_on_day integer[] default '{}'::integer[] not null,
    constraint pk_user_xp PRIMARY KEY (user_id),
    constraint ck_user_xp_total CHECK (((total_xp < next_level_at) AND ((current_xp_in_level >= 0) AND (current_xp_in_level <= total_xp)))),
    constraint fk_user_xp_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
) with (fillfactor=70);

comment on table gamification.user_xp is 'One row for each person with all that a credit needs, written by the functions of the ledger alone: the total, which equals the sum of xp_events.xp_delta, and how often and when each source was credited (gamification.user_xp_sources shows that as rows). It is the lock under which a person''s events are numbered.';
comment on column gamification.user_xp.current_xp_in_level is 'XP above the minimum of the level.';
comment on column gamification.user_xp.next_level_at is 'Total XP at which the next level begins; null: there is none.';
comment on column gamification.user_xp.last_seq is 'seq of the person''s newest event.';
comment on column gamification.user_xp.credits is 'By slot of the source: credits that were not reversed; null: none ever.';
comment on column gamification.user_xp.credited_at is 'By slot of the source: when it was last credited; null: never.';
comment on column gamification.user_xp.xp_on_day is 'By slot of the source: XP earned from it on the day (UTC) of credited_at.';

alter table gamification.user_xp enable row level security;

grant select on table gamification.user_xp to authenticated;
grant select on table gamification.user_xp to service_role;
grant select on table gamification.user_xp to staff;

create policy user_xp_select_own on gamification.user_xp for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_xp_select_staff on gamification.user_xp for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'xp.read_any'::text) AS has_permission)));

comment on policy user_xp_select_own on gamification.user_xp is 'Users read their own account.';
comment on policy user_xp_select_staff on gamification.user_xp is 'Staff with xp.read_any read everyone''s accounts.';
