-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.waitlist_entries (
    id uuid default gen_random_uuid() not null,
    entry_no bigint generated always as identity not null,
    user_id uuid not null,
    course_id uuid not null,
    cohort_id uuid,
    source text,
    expires_at timestamp with time zone,
    status text default 'waiting'::text not null,
    created_at timestamp with time zone default now() not null,
    ended_at timestamp with time zone,
    constraint pk_waitlist_entries PRIMARY KEY (id),
    constraint uq_waitlist_entries_entry_no UNIQUE (entry_no),
    constraint ck_waitlist_entries_ended_at CHECK (((status = 'waiting'::text) = (ended_at IS NULL))),
    constraint ck_waitlist_entries_source CHECK ((source = 'staff'::text)),
    constraint ck_waitlist_entries_status CHECK ((status = ANY (ARRAY['waiting'::text, 'enrolled'::text, 'left'::text]))),
    constraint fk_waitlist_entries_cohort FOREIGN KEY (cohort_id, course_id) REFERENCES learn.cohorts(id, course_id),
    constraint fk_waitlist_entries_course FOREIGN KEY (course_id) REFERENCES content.courses(id),
    constraint fk_waitlist_entries_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
);

comment on table learn.waitlist_entries is 'People who wait for a seat; the first to come gets it.';
comment on column learn.waitlist_entries.entry_no is 'Rises in the order in which people came, as each takes it under the course''s lock.';
comment on column learn.waitlist_entries.cohort_id is 'Null: a seat in the course, in no cohort.';
comment on column learn.waitlist_entries.source is 'staff: staff enrolled them, and their access is not checked; null: it is checked when a seat is free.';
comment on column learn.waitlist_entries.expires_at is 'When the enrolment is to end; null: as the cohort says.';
comment on column learn.waitlist_entries.status is 'waiting, enrolled (got a seat) or left (gave up).';

CREATE INDEX idx_waitlist_entries_cohort ON learn.waitlist_entries USING btree (cohort_id, course_id);
CREATE INDEX idx_waitlist_entries_course_id ON learn.waitlist_entries USING btree (course_id);
CREATE INDEX idx_waitlist_entries_user_id ON learn.waitlist_entries USING btree (user_id);
CREATE INDEX idx_waitlist_entries_waiting ON learn.waitlist_entries USING btree (course_id, entry_no) WHERE (status = 'waiting'::text);
CREATE UNIQUE INDEX idx_waitlist_entries_waiting_once ON learn.waitlist_entries USING btree (user_id, course_id) WHERE (status = 'waiting'::text);

alter table learn.waitlist_entries enable row level security;

grant select on table learn.waitlist_entries to authenticated;
grant delete, insert, select, update on table learn.waitlist_entries to service_role;
grant select on table learn.waitlist_entries to staff;

create policy waitlist_entries_select_own on learn.waitlist_entries for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy waitlist_entries_select_staff on learn.waitlist_entries for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR (course_id = ANY (ARRAY( SELECT learn.my_gradebook_course_ids() AS my_gradebook_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'progress.read_any'::text) AS has_permission)));

comment on policy waitlist_entries_select_own on learn.waitlist_entries is 'Learners see their own.';
comment on policy waitlist_entries_select_staff on learn.waitlist_entries is 'Those who teach a course or hold gradebook.read in it see those of its learners; staff with progress.read_any see everyone''s.';
