create table public.profiles (
    id uuid not null,
    username text not null,
    username_key text generated always as (lower(username)) stored,
    display_name text not null,
    avatar_url text,
    bio text,
    locale text not null default 'en',
    time_zone text not null default 'UTC',
    country text,
    is_public boolean not null default false,
    status text not null default 'active',
    erased_at timestamptz,
    is_listed boolean generated always as (
        is_public and status = 'active' and erased_at is null
    ) stored,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_profiles primary key (id),
    constraint uq_profiles_username_key unique (username_key),
    constraint uq_profiles_id_listed unique (id, is_listed),
    constraint ck_profiles_username check (username ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{2,31}$'),
    constraint ck_profiles_display_name
    check (
        display_name ~ '[^[:space:]]'
        and display_name !~ '[[:cntrl:]]'
        and length(display_name) <= 80
    ),
    constraint ck_profiles_avatar_url
    check (avatar_url ~ '^https://[^[:space:]]+$' and length(avatar_url) <= 2000),
    constraint ck_profiles_bio check (length(bio) <= 2000),
    constraint ck_profiles_locale check (locale ~ '^[a-z]{2,3}(-[A-Z]{2})?$'),
    -- The pattern keeps out abbreviations and rules of POSIX; asking for a time in the zone tells
    -- a name from a word.
    constraint ck_profiles_time_zone
    check (
        time_zone ~ '^(UTC|Etc/GMT[+-][0-9]{1,2}|[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_-]+)+)$'
        and timezone(time_zone, timestamptz '2000-01-01 00:00:00+00') is not null
    ),
    constraint ck_profiles_country check (country ~ '^[A-Z]{2}$'),
    constraint ck_profiles_status
    check (status in ('active', 'inactive', 'suspended', 'pending')),
    constraint ck_profiles_erased check (erased_at is null or status <> 'active')
);

create index idx_profiles_listed_created_at
on public.profiles (created_at desc, id) where is_listed;

create trigger trg_profiles_set_updated_at
before update on public.profiles
for each row execute function util.set_updated_at();

alter table public.profiles enable row level security;

comment on table public.profiles is
'One row for each person, with what others may see. Its id is the login''s (auth.users.id) but no '
'foreign key: a deleted login leaves a pseudonymised profile that orders and certificates name.';
comment on column public.profiles.username is
'Unique whatever its case; 3 to 32 letters, digits, dots, dashes and underscores.';
comment on column public.profiles.username_key is 'username in lower case, for lookups.';
comment on column public.profiles.locale is 'Language and perhaps region: fr, en, ar-DZ.';
comment on column public.profiles.time_zone is 'IANA name, such as Africa/Algiers.';
comment on column public.profiles.country is 'ISO 3166-1 alpha-2; null: not told.';
comment on column public.profiles.is_public is 'Whether the person wants to be seen by others.';
comment on column public.profiles.status is
'active; inactive: closed by its owner; suspended: by a moderator; pending: not confirmed. Only '
'an active person holds roles.';
comment on column public.profiles.erased_at is
'When personal data was removed on request; null: it was not. An erased person is not active.';
comment on column public.profiles.is_listed is
'Whether others see the row: public, active and not erased.';

create table public.user_contacts (
    user_id uuid not null default auth.uid(),
    first_name text,
    last_name text,
    email text,
    email_key text generated always as (lower(email)) stored,
    phone text,
    birth_date date,
    address_line text,
    postal_code text,
    city text,
    region text,
    country text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_user_contacts primary key (user_id),
    constraint fk_user_contacts_user foreign key (user_id) references public.profiles (id),
    constraint ck_user_contacts_names
    check (length(first_name) <= 100 and length(last_name) <= 100),
    constraint ck_user_contacts_email check (length(email) <= 320),
    constraint ck_user_contacts_phone check (phone ~ '^\+?[0-9 ().-]{4,30}$'),
    constraint ck_user_contacts_birth_date
    check (birth_date between date '1900-01-01' and date '2199-12-31'),
    constraint ck_user_contacts_address
    check (
        length(address_line) <= 300 and length(postal_code) <= 20 and length(city) <= 100
        and length(region) <= 100
    ),
    constraint ck_user_contacts_country check (country ~ '^[A-Z]{2}$')
);

create index idx_user_contacts_email_key on public.user_contacts (email_key);

create trigger trg_user_contacts_set_updated_at
before update on public.user_contacts
for each row execute function util.set_updated_at();

alter table public.user_contacts enable row level security;

comment on table public.user_contacts is
'How to reach a person. Private, and so not in the row that others may read.';
comment on column public.user_contacts.email is
'The login''s address; follows it when it changes, and cannot be changed here.';
comment on column public.user_contacts.email_key is 'email in lower case, for lookups.';
comment on column public.user_contacts.country is 'ISO 3166-1 alpha-2 of the postal address.';

create table public.user_settings (
    user_id uuid not null default auth.uid(),
    notification_settings jsonb not null default '{}',
    privacy_settings jsonb not null default '{}',
    learning_preferences jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_user_settings primary key (user_id),
    constraint fk_user_settings_user foreign key (user_id) references public.profiles (id),
    constraint ck_user_settings_objects
    check (
        jsonb_typeof(notification_settings) = 'object'
        and jsonb_typeof(privacy_settings) = 'object'
        and jsonb_typeof(learning_preferences) = 'object'
    ),
    constraint ck_user_settings_size
    check (
        length(notification_settings::text) <= 16384
        and length(privacy_settings::text) <= 16384
        and length(learning_preferences::text) <= 16384
    )
);

create trigger trg_user_settings_set_updated_at
before update on public.user_settings
for each row execute function util.set_updated_at();

alter table public.user_settings enable row level security;

comment on table public.user_settings is
'Preferences of a person, as JSON objects of at most 16 KiB each whose keys the app chooses.';

create table public.profile_links (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null default auth.uid(),
    is_listed boolean not null default false,
    kind text not null default 'website',
    url text not null,
    label text,
    link_order integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_profile_links primary key (id),
    -- Deferrable, so that links can be reordered in one statement.
    constraint uq_profile_links_link_order unique (user_id, link_order) deferrable,
    -- The cascade keeps is_listed equal to the profile's without a trigger on every change.
    constraint fk_profile_links_user
    foreign key (user_id, is_listed) references public.profiles (id, is_listed) on update cascade,
    constraint ck_profile_links_kind
    check (
        kind in ('website', 'x', 'linkedin', 'github', 'youtube', 'mastodon', 'facebook', 'other')
    ),
    constraint ck_profile_links_url
    check (url ~ '^https?://[^[:space:]]+$' and length(url) <= 2000),
    constraint ck_profile_links_label check (length(label) between 1 and 80),
    constraint ck_profile_links_link_order check (link_order between 1 and 20)
);

create index idx_profile_links_user_id_is_listed on public.profile_links (user_id, is_listed);

create trigger trg_profile_links_set_updated_at
before update on public.profile_links
for each row execute function util.set_updated_at();

alter table public.profile_links enable row level security;

comment on table public.profile_links is 'Public links of a person, twenty at most.';
comment on column public.profile_links.is_listed is
'Copy of the profile''s is_listed, kept by the database.';
comment on column public.profile_links.link_order is 'Order on the page, 1 to 20.';

create table public.user_consents (
    id bigint generated always as identity,
    user_id uuid not null default auth.uid(),
    document_key text not null,
    document_version text not null,
    is_granted boolean not null,
    source text not null default 'settings',
    created_at timestamptz not null default now(),
    constraint pk_user_consents primary key (id),
    constraint fk_user_consents_user foreign key (user_id) references public.profiles (id),
    constraint ck_user_consents_document_key check (document_key ~ '^[a-z0-9_]{1,60}$'),
    constraint ck_user_consents_document_version check (length(document_version) between 1 and 40),
    constraint ck_user_consents_source
    check (source in ('signup', 'settings', 'banner', 'import', 'support'))
);

create index idx_user_consents_user_id_document_key
on public.user_consents (user_id, document_key, id desc);

alter table public.user_consents enable row level security;

comment on table public.user_consents is
'Every yes and no to a document, appended and never changed; for each person and document the row '
'with the highest id counts.';
comment on column public.user_consents.document_key is 'Such as terms, privacy, marketing.';

create table public.user_interests (
    user_id uuid not null default auth.uid(),
    interest text not null,
    interest_key text generated always as (lower(interest)) stored,
    created_at timestamptz not null default now(),
    constraint pk_user_interests primary key (user_id, interest_key),
    constraint fk_user_interests_user foreign key (user_id) references public.profiles (id),
    constraint ck_user_interests_interest
    check (
        interest ~ '[^[:space:]]' and interest !~ '[[:cntrl:]]' and length(interest) <= 60
    )
);

alter table public.user_interests enable row level security;

comment on table public.user_interests is
'What a person wants to learn about, in their own words.';
comment on column public.user_interests.interest_key is 'interest in lower case: one row a word.';
