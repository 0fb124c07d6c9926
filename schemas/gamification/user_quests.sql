-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table gamification.user_quests (
    user_id uuid not null,
    quest_id uuid not null,
    period_start date not null,
    progress jsonb default '{}'::jsonb not null,
    completed_at timestamp with time zone,
    started_at timestamp with time zone default now() not null,
    constraint pk_user_quests PRIMARY KEY (user_id, quest_id, period_start),
    constraint ck_user_quests_progress CHECK ((jsonb_typeof(progress) = 'object'::text)),
    constraint fk_user_quests_quest FOREIGN KEY (quest_id) REFERENCES gamification.quests(id),
    constraint fk_user_quests_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
);

comment on table gamification.user_quests is 'How far each person is in a quest. Written by gamification.advance_quest() alone.';
comment on column gamification.user_quests.period_start is 'First day of the day or week it is for; 1970-01-01 if the quest does not recur.';
comment on column gamification.user_quests.progress is 'Times done by step_order: {"1": 3, "2": 0}, never above the step''s target.';

CREATE INDEX idx_user_quests_quest_id ON gamification.user_quests USING btree (quest_id);

alter table gamification.user_quests enable row level security;

grant select on table gamification.user_quests to authenticated;
grant select on table gamification.user_quests to service_role;
grant select on table gamification.user_quests to staff;

create policy user_quests_select_own on gamification.user_quests for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_quests_select_staff on gamification.user_quests for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'xp.read_any'::text) AS has_permission)));

comment on policy user_quests_select_own on gamification.user_quests is 'Users read how far they are.';
comment on policy user_quests_select_staff on gamification.user_quests is 'Staff with xp.read_any read everyone''s quests.';
