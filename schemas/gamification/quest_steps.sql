-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table gamification.quest_steps (
    id uuid default gen_random_uuid() not null,
    quest_id uuid not null,
    step_order integer not null,
    title text not null,
    target integer default 1 not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_quest_steps PRIMARY KEY (id),
    constraint uq_quest_steps_step_order UNIQUE (quest_id, step_order) DEFERRABLE,
    constraint ck_quest_steps_step_order CHECK (((step_order >= 1) AND (step_order <= 50))),
    constraint ck_quest_steps_target CHECK (((target >= 1) AND (target <= 1000000))),
    constraint ck_quest_steps_title CHECK (((length(title) >= 1) AND (length(title) <= 120))),
    constraint fk_quest_steps_quest FOREIGN KEY (quest_id) REFERENCES gamification.quests(id)
);

comment on table gamification.quest_steps is 'Steps of a quest.';
comment on column gamification.quest_steps.target is 'How often the step is to be done.';

CREATE TRIGGER trg_quest_steps_set_updated_at BEFORE UPDATE ON gamification.quest_steps FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table gamification.quest_steps enable row level security;

grant select on table gamification.quest_steps to anon;
grant select on table gamification.quest_steps to authenticated;
grant delete, insert, select, update on table gamification.quest_steps to service_role;
grant delete, select on table gamification.quest_steps to staff;
grant insert (quest_id, step_order, title, target), update (step_order, title, target) on table gamification.quest_steps to staff;

create policy quest_steps_delete_staff on gamification.quest_steps for delete to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission));

create policy quest_steps_insert_staff on gamification.quest_steps for insert to staff
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission));

create policy quest_steps_select_any on gamification.quest_steps for select to authenticated
using (true);

create policy quest_steps_select_public on gamification.quest_steps for select to anon
using (true);

create policy quest_steps_select_staff on gamification.quest_steps for select to staff
using (true);

create policy quest_steps_update_staff on gamification.quest_steps for update to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission))
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission));

comment on policy quest_steps_delete_staff on gamification.quest_steps is 'Staff with gamification.manage remove steps of quests that nobody has used.';
comment on policy quest_steps_insert_staff on gamification.quest_steps is 'Staff with gamification.manage add steps of quests.';
comment on policy quest_steps_select_any on gamification.quest_steps is 'Everyone may see the steps of quests.';
comment on policy quest_steps_select_public on gamification.quest_steps is 'Everyone may see the steps of quests.';
comment on policy quest_steps_select_staff on gamification.quest_steps is 'Staff may see the steps of quests.';
comment on policy quest_steps_update_staff on gamification.quest_steps is 'Staff with gamification.manage change steps of quests.';
