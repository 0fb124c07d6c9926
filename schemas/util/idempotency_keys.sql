-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table util.idempotency_keys (
    user_id uuid not null,
    scope text not null,
    key text not null,
    request_hash text not null,
    response jsonb,
    created_at timestamp with time zone default now() not null,
    constraint pk_idempotency_keys PRIMARY KEY (user_id, scope, key),
    constraint ck_idempotency_keys_key CHECK (((length(key) >= 1) AND (length(key) <= 200)))
);

comment on table util.idempotency_keys is 'The request and the answer of each key, stored in the transaction of the effect itself. No foreign key to profiles: the system and visitors have keys too.';
comment on column util.idempotency_keys.scope is 'The function that the key was given to.';
comment on column util.idempotency_keys.request_hash is 'sha256 (hex) of the request as jsonb.';
comment on column util.idempotency_keys.response is 'The answer to repeat; null only inside the transaction that works on it.';

alter table util.idempotency_keys enable row level security;

create policy idempotency_keys_all_nobody on util.idempotency_keys as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy idempotency_keys_all_nobody on util.idempotency_keys is 'No client gets access, whatever is granted.';
