-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table gamification.user_xp_sources (
    user_id uuid not null,
    source_type text not null,
    action_type text not null,
    credits bigint default 0 not null,
    last_credited_at timestamp with time zone default '-infinity'::timestamp with time zone not null,
    credited_on date default '-infinity'::date not null,
    xp_on_day integer default 0 not null,
    constraint pk_user_xp_sources PRIMARY KEY (user_id, source_type, action_type),
    constraint ck_user_xp_sources_counts CHECK (((credits >= 0) AND (xp_on_day >= 0))),
    constraint fk_user_xp_sources_user FOREIGN KEY (user_id) REFERENCES gamification.user_xp(user_id)
) with (fillfactor=70);

comment on table gamification.user_xp_sources is 'How often and when each person earned of each source: what cooldowns, caps and achievements ask for, so that nothing reads the journal for it.';
comment on column gamification.user_xp_sources.credits is 'Credits that were not reversed.';
comment on column gamification.user_xp_sources.credited_on is 'Day (UTC) that xp_on_day is of.';
comment on column gamification.user_xp_sources.xp_on_day is 'XP earned of the source on that day.';

alter table gamification.user_xp_sources enable row level security;

grant select on table gamification.user_xp_sources to authenticated;
grant select on table gamification.user_xp_sources to service_role;
grant select on table gamification.user_xp_sources to staff;

create policy user_xp_sources_select_own on gamification.user_xp_sources for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_xp_sources_select_staff on gamification.user_xp_sources for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'xp.read_any'::text) AS has_permission)));

comment on policy user_xp_sources_select_own on gamification.user_xp_sources is 'Users read their own counts.';
comment on policy user_xp_sources_select_staff on gamification.user_xp_sources is 'Staff with xp.read_any read everyone''s counts.';
