create schema access;

comment on schema access is
'Who may read what: tiers, what courses ask for, and what was bought, granted or earned.';

grant usage on schema access to anon, authenticated, staff, service_role;

create table access.tiers (
    id uuid not null default gen_random_uuid(),
    name text not null,
    title text not null,
    rank integer not null,
    role_id uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_tiers primary key (id),
    constraint uq_tiers_name unique (name),
    constraint uq_tiers_rank unique (rank),
    constraint fk_tiers_role foreign key (role_id) references rbac.roles (id),
    constraint ck_tiers_name check (name ~ '^[a-z][a-z0-9_]{0,59}$'),
    constraint ck_tiers_title check (title ~ '[^[:space:]]' and length(title) <= 80),
    constraint ck_tiers_rank check (rank between 0 and 1000)
);

create index idx_tiers_role_id on access.tiers (role_id);

create trigger trg_tiers_set_updated_at
before update on access.tiers
for each row execute function util.set_updated_at();

alter table access.tiers enable row level security;

comment on table access.tiers is
'Levels of membership. Who has one has those of lower rank too; rank 0 is everyone''s, without a '
'login too.';
comment on column access.tiers.role_id is
'Who holds this role everywhere has the tier; null: it is had by entitlements alone.';

create table access.course_access_rules (
    id uuid not null default gen_random_uuid(),
    course_id uuid not null,
    course_is_visible boolean not null default false,
    tier_id uuid,
    product_id uuid,
    created_at timestamptz not null default now(),
    constraint pk_course_access_rules primary key (id),
    constraint uq_course_access_rules_asked unique nulls not distinct (
        course_id, tier_id, product_id
    ),
    constraint fk_course_access_rules_course
    foreign key (course_id, course_is_visible) references content.courses (id, is_visible)
    on update cascade,
    constraint fk_course_access_rules_tier foreign key (tier_id) references access.tiers (id),
    constraint ck_course_access_rules_asked check (num_nonnulls(tier_id, product_id) = 1)
);

create index idx_course_access_rules_course
on access.course_access_rules (course_id, course_is_visible);
create index idx_course_access_rules_tier_id on access.course_access_rules (tier_id);

alter table access.course_access_rules enable row level security;

comment on table access.course_access_rules is
'What opens a course: any one of its rules. Without a rule only its teachers and those whom it was '
'granted to may read it. courses.access_tier is the label that follows.';
comment on column access.course_access_rules.course_is_visible is 'A copy of courses.is_visible.';
comment on column access.course_access_rules.tier_id is 'This tier, or one of higher rank.';
comment on column access.course_access_rules.product_id is
'Buying this product, which gives an entitlement to the course.';

create table access.product_grants (
    id uuid not null default gen_random_uuid(),
    product_id uuid not null,
    course_id uuid,
    tier_id uuid,
    days integer,
    created_at timestamptz not null default now(),
    constraint pk_product_grants primary key (id),
    constraint uq_product_grants_opened unique nulls not distinct (product_id, course_id, tier_id),
    constraint fk_product_grants_course foreign key (course_id) references content.courses (id),
    constraint fk_product_grants_tier foreign key (tier_id) references access.tiers (id),
    constraint ck_product_grants_opened check (num_nonnulls(course_id, tier_id) = 1),
    constraint ck_product_grants_days check (days between 1 and 36500)
);

create index idx_product_grants_course_id on access.product_grants (course_id);
create index idx_product_grants_tier_id on access.product_grants (tier_id);

alter table access.product_grants enable row level security;

comment on table access.product_grants is
'What a product opens: a course or a tier; a bundle has several rows.';
comment on column access.product_grants.days is 'For how long; null: without an end.';

create table access.lesson_access_overrides (
    lesson_id uuid not null,
    course_id uuid not null,
    tier_id uuid not null,
    valid_from timestamptz not null default now(),
    valid_to timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_lesson_access_overrides primary key (lesson_id),
    constraint fk_lesson_access_overrides_lesson
    foreign key (lesson_id, course_id) references content.lessons (id, course_id)
    on update cascade on delete cascade,
    constraint fk_lesson_access_overrides_tier foreign key (tier_id) references access.tiers (id),
    constraint ck_lesson_access_overrides_validity check (valid_to > valid_from)
);

create index idx_lesson_access_overrides_lesson
on access.lesson_access_overrides (lesson_id, course_id);
create index idx_lesson_access_overrides_course_id on access.lesson_access_overrides (course_id);
create index idx_lesson_access_overrides_tier_id on access.lesson_access_overrides (tier_id);

create trigger trg_lesson_access_overrides_set_updated_at
before update on access.lesson_access_overrides
for each row execute function util.set_updated_at();

alter table access.lesson_access_overrides enable row level security;

comment on table access.lesson_access_overrides is
'Lessons that a lower tier opens than their course asks for, as a free one in a paid course.';
comment on column access.lesson_access_overrides.course_id is 'A copy of lessons.course_id.';
comment on column access.lesson_access_overrides.valid_to is 'Null: without an end.';

create table access.user_entitlements (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    course_id uuid,
    tier_id uuid,
    source_type text not null,
    source_id uuid not null,
    valid_from timestamptz not null default now(),
    valid_to timestamptz,
    revoked_at timestamptz,
    reason text,
    granted_by uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_user_entitlements primary key (id),
    constraint uq_user_entitlements_source unique nulls not distinct (
        user_id, source_type, source_id, course_id, tier_id
    ),
    constraint fk_user_entitlements_user foreign key (user_id) references public.profiles (id),
    constraint fk_user_entitlements_course foreign key (course_id) references content.courses (id),
    constraint fk_user_entitlements_tier foreign key (tier_id) references access.tiers (id),
    constraint fk_user_entitlements_granted_by
    foreign key (granted_by) references public.profiles (id),
    constraint ck_user_entitlements_opened check (num_nonnulls(course_id, tier_id) = 1),
    constraint ck_user_entitlements_source_type
    check (source_type in ('purchase', 'subscription', 'referral', 'grant', 'test')),
    constraint ck_user_entitlements_validity check (valid_to > valid_from),
    constraint ck_user_entitlements_reason check (length(reason) <= 500)
);

create index idx_user_entitlements_course on access.user_entitlements (course_id, user_id);
create index idx_user_entitlements_user_course on access.user_entitlements (user_id, course_id);
create index idx_user_entitlements_tier_id on access.user_entitlements (tier_id);
create index idx_user_entitlements_granted_by on access.user_entitlements (granted_by);

create trigger trg_user_entitlements_set_updated_at
before update on access.user_entitlements
for each row execute function util.set_updated_at();

alter table access.user_entitlements enable row level security;

comment on table access.user_entitlements is
'What someone may read and why: a course or a tier, from a purchase, a subscription, a referral, a '
'grant or a test. Ended by valid_to or revoked_at, never deleted.';
comment on column access.user_entitlements.source_id is
'Which purchase, subscription, referral or grant.';
comment on column access.user_entitlements.valid_to is 'Null: without an end.';
comment on column access.user_entitlements.revoked_at is
'From when it no longer counts; null: never.';
comment on column access.user_entitlements.granted_by is 'Who granted it; null: the system.';
