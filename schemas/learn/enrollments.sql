-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.enrollments (
    id uuid default gen_random_uuid() not null,
    user_id uuid not null,
    course_id uuid not null,
    version_id uuid not null,
    cohort_id uuid,
    status text default 'active'::text not null,
    source text not null,
    enrolled_at timestamp with time zone default now() not null,
    completed_at timestamp with time zone,
    ended_at timestamp with time zone,
    expires_at timestamp with time zone,
    updated_at timestamp with time zone default now() not null,
    due_from timestamp with time zone,
    completed_version_id uuid,
    constraint pk_enrollments PRIMARY KEY (id),
    constraint uq_enrollments_user_course UNIQUE (user_id, course_id),
    constraint ck_enrollments_completed_at CHECK (((status = 'completed'::text) = (completed_at IS NOT NULL))),
    constraint ck_enrollments_ended_at CHECK (((status = ANY (ARRAY['dropped'::text, 'expired'::text])) = (ended_at IS NOT NULL))),
    constraint ck_enrollments_source CHECK ((source = ANY (ARRAY['free'::text, 'role'::text, 'purchase'::text, 'subscription'::text, 'referral'::text, 'grant'::text, 'test'::text, 'teacher'::text, 'staff'::text]))),
    constraint ck_enrollments_status CHECK ((status = ANY (ARRAY['active'::text, 'completed'::text, 'dropped'::text, 'expired'::text]))),
    constraint fk_enrollments_cohort FOREIGN KEY (cohort_id, course_id) REFERENCES learn.cohorts(id, course_id),
    constraint fk_enrollments_completed_version FOREIGN KEY (completed_version_id, course_id) REFERENCES content.content_versions(id, course_id),
    constraint fk_enrollments_course FOREIGN KEY (course_id) REFERENCES content.courses(id),
    constraint fk_enrollments_user FOREIGN KEY (user_id) REFERENCES public.profiles(id),
    constraint fk_enrollments_version FOREIGN KEY (version_id, course_id) REFERENCES content.content_versions(id, course_id)
);

comment on table learn.enrollments is 'People who take or took a course: one row for each person and course, with the publication that they read. It grants no access; schema access decides what they may read.';
comment on column learn.enrollments.version_id is 'The publication they read, until they adopt a newer one.';
comment on column learn.enrollments.status is 'active, completed, dropped (left by the learner or taken out) or expired. No row: never enrolled.';
comment on column learn.enrollments.source is 'The source of their access when they enrolled: free, role, purchase, subscription, referral, grant, test or teacher; or staff, if staff enrolled them.';
comment on column learn.enrollments.enrolled_at is 'When the person enrolled, the last time.';
comment on column learn.enrollments.ended_at is 'When it was dropped or expired.';
comment on column learn.enrollments.expires_at is 'When the enrolment ends; null: never. It follows the cohort''s access_until, unless staff set another end.';
comment on column learn.enrollments.due_from is 'From when due_after_days of assignments counts, if not from enrolled_at: leaving and coming back renews no deadline. Staff who enrol somebody again renew it.';
comment on column learn.enrollments.completed_version_id is 'The publication that was completed; stays when the learner takes up a newer one. Null: not completed, or in the time before this was kept: then version_id.';

CREATE INDEX idx_enrollments_active ON learn.enrollments USING btree (course_id, enrolled_at, id) WHERE (status = 'active'::text);
CREATE INDEX idx_enrollments_cohort ON learn.enrollments USING btree (cohort_id, course_id);
CREATE INDEX idx_enrollments_completed_version ON learn.enrollments USING btree (completed_version_id, course_id);
CREATE INDEX idx_enrollments_course ON learn.enrollments USING btree (course_id, enrolled_at, id);
CREATE INDEX idx_enrollments_expires_at ON learn.enrollments USING btree (expires_at) WHERE (status = 'active'::text);
CREATE INDEX idx_enrollments_version ON learn.enrollments USING btree (version_id, course_id);

CREATE TRIGGER trg_enrollments_set_updated_at BEFORE UPDATE ON learn.enrollments FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table learn.enrollments enable row level security;

grant select on table learn.enrollments to authenticated;
grant delete, insert, select, update on table learn.enrollments to service_role;
grant select on table learn.enrollments to staff;

create policy enrollments_select_own on learn.enrollments for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy enrollments_select_staff on learn.enrollments for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR (course_id = ANY (ARRAY( SELECT learn.my_gradebook_course_ids() AS my_gradebook_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'progress.read_any'::text) AS has_permission)));

comment on policy enrollments_select_own on learn.enrollments is 'Learners see their own.';
comment on policy enrollments_select_staff on learn.enrollments is 'Those who teach a course or hold gradebook.read in it see those of its learners; staff with progress.read_any see everyone''s.';
