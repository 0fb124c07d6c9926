-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.live_session_links (
    session_id uuid not null,
    course_id uuid not null,
    join_url text,
    recording_url text,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_live_session_links PRIMARY KEY (session_id),
    constraint ck_live_session_links_join_url CHECK (((join_url ~ '^https://[^[:space:]]+$'::text) AND (length(join_url) <= 2000))),
    constraint ck_live_session_links_recording_url CHECK (((recording_url ~ '^https://[^[:space:]]+$'::text) AND (length(recording_url) <= 2000))),
    constraint fk_live_session_links_session FOREIGN KEY (session_id, course_id) REFERENCES learn.live_sessions(id, course_id) ON UPDATE CASCADE ON DELETE CASCADE
);

comment on table learn.live_session_links is 'The address and the recording of a meeting. Learners get them from learn.join_live_session().';
comment on column learn.live_session_links.course_id is 'A copy of live_sessions.course_id.';

CREATE INDEX idx_live_session_links_course_id ON learn.live_session_links USING btree (course_id);
CREATE INDEX idx_live_session_links_session ON learn.live_session_links USING btree (session_id, course_id);

CREATE TRIGGER trg_live_session_links_set_course_from_live_session BEFORE INSERT ON learn.live_session_links FOR EACH ROW EXECUTE FUNCTION learn.set_course_from_live_session();

CREATE TRIGGER trg_live_session_links_set_updated_at BEFORE UPDATE ON learn.live_session_links FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table learn.live_session_links enable row level security;

grant delete, insert, select, update on table learn.live_session_links to service_role;
grant select on table learn.live_session_links to staff;
grant insert (session_id, join_url, recording_url), update (join_url, recording_url) on table learn.live_session_links to staff;

create policy live_session_links_insert_staff on learn.live_session_links for insert to staff
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy live_session_links_select_staff on learn.live_session_links for select to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR (course_id = ANY (ARRAY( SELECT learn.my_gradebook_course_ids() AS my_gradebook_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy live_session_links_update_staff on learn.live_session_links for update to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)))
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

comment on policy live_session_links_insert_staff on learn.live_session_links is 'Those who teach a course add addresses of meetings; staff with course.edit add them to every course.';
comment on policy live_session_links_select_staff on learn.live_session_links is 'Those who teach a course or hold gradebook.read in it see the addresses of its meetings; staff with course.read_any or course.edit see those of every course.';
comment on policy live_session_links_update_staff on learn.live_session_links is 'Those who teach a course change addresses of meetings; staff with course.edit change those of every course.';
