-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table gamification.xp_idempotency_keys (
    user_id uuid not null,
    key text not null,
    event_id uuid not null,
    event_created_at timestamp with time zone default now() not null,
    reversed_at timestamp with time zone,
    constraint pk_xp_idempotency_keys PRIMARY KEY (user_id, key),
    constraint ck_xp_idempotency_keys_key CHECK (((length(key) >= 1) AND (length(key) <= 200)))
);

comment on table gamification.xp_idempotency_keys is 'The event that each key made, in whatever month. The event holds the request and the answer, so they are not kept twice. No foreign key: the account in user_xp has one, and the check would cost a tenth of a credit.';
comment on column gamification.xp_idempotency_keys.reversed_at is 'When the event was taken back; null: it was not.';

alter table gamification.xp_idempotency_keys enable row level security;

create policy xp_idempotency_keys_all_nobody on gamification.xp_idempotency_keys as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy xp_idempotency_keys_all_nobody on gamification.xp_idempotency_keys is 'No client gets access, whatever is granted.';
