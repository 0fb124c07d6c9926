-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table rbac.user_roles (
    id uuid default gen_random_uuid() not null,
    user_id uuid not null,
    role_id uuid not null,
    scope_type text default 'global'::text not null,
    scope_id uuid,
    assigned_by uuid,
    reason text not null,
    expires_at timestamp with time zone,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_user_roles PRIMARY KEY (id),
    constraint uq_user_roles_role UNIQUE NULLS NOT DISTINCT (user_id, role_id, scope_type, scope_id),
    constraint ck_user_roles_reason CHECK (((reason ~ '[^[:space:]]'::text) AND (length(reason) <= 500))),
    constraint ck_user_roles_scope CHECK (((scope_type = 'global'::text) = (scope_id IS NULL))),
    constraint ck_user_roles_scope_type CHECK ((scope_type = ANY (ARRAY['global'::text, 'school'::text, 'course'::text, 'engagement'::text]))),
    constraint fk_user_roles_assigned_by FOREIGN KEY (assigned_by) REFERENCES public.profiles(id),
    constraint fk_user_roles_role FOREIGN KEY (role_id) REFERENCES rbac.roles(id),
    constraint fk_user_roles_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
);

comment on table rbac.user_roles is 'Roles that people hold, everywhere or in one school, course or engagement. Written by rbac.grant_role() and rbac.revoke_role() alone; every change is in role_grants_log.';
comment on column rbac.user_roles.scope_id is 'Id of the school, course or engagement; null for global grants.';
comment on column rbac.user_roles.assigned_by is 'Null: the system.';
comment on column rbac.user_roles.expires_at is 'The role counts until then; null: without an end.';

CREATE INDEX idx_user_roles_assigned_by ON rbac.user_roles USING btree (assigned_by);
CREATE INDEX idx_user_roles_role_id ON rbac.user_roles USING btree (role_id);
CREATE INDEX idx_user_roles_scope ON rbac.user_roles USING btree (scope_type, scope_id) WHERE (scope_id IS NOT NULL);

CREATE TRIGGER trg_user_roles_log_role_change AFTER INSERT OR DELETE OR UPDATE ON rbac.user_roles FOR EACH ROW EXECUTE FUNCTION rbac.log_role_change();

CREATE TRIGGER trg_user_roles_protect_last_holder BEFORE DELETE OR UPDATE ON rbac.user_roles FOR EACH ROW EXECUTE FUNCTION rbac.protect_last_holder();

CREATE TRIGGER trg_user_roles_set_updated_at BEFORE UPDATE ON rbac.user_roles FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table rbac.user_roles enable row level security;

grant select on table rbac.user_roles to authenticated;
grant select on table rbac.user_roles to service_role;
grant select on table rbac.user_roles to staff;

create policy user_roles_select_own on rbac.user_roles for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_roles_select_staff on rbac.user_roles for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'role.read_any'::text) AS has_permission)));

comment on policy user_roles_select_own on rbac.user_roles is 'Users see the roles they hold.';
comment on policy user_roles_select_staff on rbac.user_roles is 'Staff with role.read_any see who holds what.';
