-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table access.user_entitlements (
    id uuid default gen_random_uuid() not null,
    user_id uuid not null,
    course_id uuid,
    tier_id uuid,
    source_type text not null,
    source_id uuid not null,
    valid_from timestamp with time zone default now() not null,
    valid_to timestamp with time zone,
    revoked_at timestamp with time zone,
    reason text,
    granted_by uuid,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_user_entitlements PRIMARY KEY (id),
    constraint uq_user_entitlements_source UNIQUE NULLS NOT DISTINCT (user_id, source_type, source_id, course_id, tier_id),
    constraint ck_user_entitlements_opened CHECK ((num_nonnulls(course_id, tier_id) = 1)),
    constraint ck_user_entitlements_reason CHECK ((length(reason) <= 500)),
    constraint ck_user_entitlements_source_type CHECK ((source_type = ANY (ARRAY['purchase'::text, 'subscription'::text, 'referral'::text, 'grant'::text, 'test'::text]))),
    constraint ck_user_entitlements_validity CHECK ((valid_to > valid_from)),
    constraint fk_user_entitlements_course FOREIGN KEY (course_id) REFERENCES content.courses(id),
    constraint fk_user_entitlements_granted_by FOREIGN KEY (granted_by) REFERENCES public.profiles(id),
    constraint fk_user_entitlements_tier FOREIGN KEY (tier_id) REFERENCES access.tiers(id),
    constraint fk_user_entitlements_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
);

comment on table access.user_entitlements is 'Courses and tiers that are open to a person, by a purchase, a subscription, a referral, a grant or a test. Ended by valid_to or revoked_at, never deleted.';
comment on column access.user_entitlements.source_id is 'The purchase, subscription, referral or grant.';
comment on column access.user_entitlements.valid_to is 'Null: without an end.';
comment on column access.user_entitlements.revoked_at is 'The time from which it no longer counts; null: none.';
comment on column access.user_entitlements.granted_by is 'The person who granted it; null: the system.';

CREATE INDEX idx_user_entitlements_course ON access.user_entitlements USING btree (course_id, user_id);
CREATE INDEX idx_user_entitlements_granted_by ON access.user_entitlements USING btree (granted_by);
CREATE INDEX idx_user_entitlements_tier_id ON access.user_entitlements USING btree (tier_id);
CREATE INDEX idx_user_entitlements_user_course ON access.user_entitlements USING btree (user_id, course_id);

CREATE TRIGGER trg_user_entitlements_set_updated_at BEFORE UPDATE ON access.user_entitlements FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table access.user_entitlements enable row level security;

grant select on table access.user_entitlements to authenticated;
grant delete, insert, select, update on table access.user_entitlements to service_role;
grant select on table access.user_entitlements to staff;

create policy user_entitlements_select_own on access.user_entitlements for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_entitlements_select_staff on access.user_entitlements for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'entitlement.grant'::text) AS has_permission)));

comment on policy user_entitlements_select_own on access.user_entitlements is 'Users see their own entitlements.';
comment on policy user_entitlements_select_staff on access.user_entitlements is 'Staff with entitlement.grant see everyone''s entitlements.';
