-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table rbac.role_grants_log (
    id bigint generated always as identity not null,
    action text not null,
    user_id uuid not null,
    role_id uuid not null,
    scope_type text not null,
    scope_id uuid,
    actor_id uuid,
    actor_role text not null,
    reason text not null,
    expires_at timestamp with time zone,
    created_at timestamp with time zone default now() not null,
    constraint pk_role_grants_log PRIMARY KEY (id),
    constraint ck_role_grants_log_action CHECK ((action = ANY (ARRAY['granted'::text, 'changed'::text, 'revoked'::text]))),
    constraint ck_role_grants_log_reason CHECK ((length(reason) <= 500)),
    constraint fk_role_grants_log_actor FOREIGN KEY (actor_id) REFERENCES public.profiles(id),
    constraint fk_role_grants_log_role FOREIGN KEY (role_id) REFERENCES rbac.roles(id),
    constraint fk_role_grants_log_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
);

comment on table rbac.role_grants_log is 'Every grant, change and revocation of a role, by whom and why. Appended by a trigger, never changed.';
comment on column rbac.role_grants_log.actor_id is 'The acting person; null: a service or an operator.';
comment on column rbac.role_grants_log.actor_role is 'Database role that the statement came from.';

CREATE INDEX idx_role_grants_log_actor_id ON rbac.role_grants_log USING btree (actor_id);
CREATE INDEX idx_role_grants_log_role_id ON rbac.role_grants_log USING btree (role_id);
CREATE INDEX idx_role_grants_log_user_id ON rbac.role_grants_log USING btree (user_id, id DESC);

alter table rbac.role_grants_log enable row level security;

grant select on table rbac.role_grants_log to service_role;
grant select on table rbac.role_grants_log to staff;

create policy role_grants_log_select_staff on rbac.role_grants_log for select to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'role.read_any'::text) AS has_permission));

comment on policy role_grants_log_select_staff on rbac.role_grants_log is 'Staff with role.read_any read the log of grants.';
