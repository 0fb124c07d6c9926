-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.answer_keys (
    item_id uuid not null,
    correct jsonb,
    guidance text,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_answer_keys PRIMARY KEY (item_id),
    constraint ck_answer_keys_correct CHECK ((length((correct)::text) <= 20000)),
    constraint ck_answer_keys_guidance CHECK ((length(guidance) <= 20000)),
    constraint fk_answer_keys_item FOREIGN KEY (item_id) REFERENCES learn.assessment_items(id) ON DELETE CASCADE
);

comment on table learn.answer_keys is 'Right answers. No client reads this table; graders read it through learn.read_answer_keys().';
comment on column learn.answer_keys.correct is 'As learn.set_answer_key() describes it; null: a person grades.';
comment on column learn.answer_keys.guidance is 'A note for graders.';

CREATE TRIGGER trg_answer_keys_set_updated_at BEFORE UPDATE ON learn.answer_keys FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table learn.answer_keys enable row level security;

grant select on table learn.answer_keys to service_role;

create policy answer_keys_all_nobody on learn.answer_keys as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy answer_keys_all_nobody on learn.answer_keys is 'No client reads right answers; graders get them from a function that checks who they are.';
