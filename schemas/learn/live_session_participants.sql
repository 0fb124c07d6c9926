-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.live_session_participants (
    session_id uuid not null,
    user_id uuid not null,
    course_id uuid not null,
    role text not null,
    joined_at timestamp with time zone default now() not null,
    left_at timestamp with time zone,
    attended_sec integer default 0 not null,
    constraint pk_live_session_participants PRIMARY KEY (session_id, user_id),
    constraint ck_live_session_participants_attended_sec CHECK ((attended_sec >= 0)),
    constraint ck_live_session_participants_role CHECK ((role = ANY (ARRAY['host'::text, 'learner'::text]))),
    constraint fk_live_session_participants_session FOREIGN KEY (session_id) REFERENCES learn.live_sessions(id),
    constraint fk_live_session_participants_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
);

comment on table learn.live_session_participants is 'The people who took part in a meeting, and how long.';
comment on column learn.live_session_participants.course_id is 'A copy of live_sessions.course_id.';
comment on column learn.live_session_participants.role is 'host (a teacher of the course) or learner.';
comment on column learn.live_session_participants.joined_at is 'When they last joined.';
comment on column learn.live_session_participants.left_at is 'When they last left; null: still there.';
comment on column learn.live_session_participants.attended_sec is 'Seconds of earlier stays; a stay that has not ended is not counted.';

CREATE INDEX idx_live_session_participants_course_id ON learn.live_session_participants USING btree (course_id);
CREATE INDEX idx_live_session_participants_user_id ON learn.live_session_participants USING btree (user_id, joined_at);

alter table learn.live_session_participants enable row level security;

grant select on table learn.live_session_participants to authenticated;
grant delete, insert, select, update on table learn.live_session_participants to service_role;
grant select on table learn.live_session_participants to staff;

create policy live_session_participants_select_own on learn.live_session_participants for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy live_session_participants_select_staff on learn.live_session_participants for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR (course_id = ANY (ARRAY( SELECT learn.my_gradebook_course_ids() AS my_gradebook_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'progress.read_any'::text) AS has_permission)));

comment on policy live_session_participants_select_own on learn.live_session_participants is 'Learners see their own.';
comment on policy live_session_participants_select_staff on learn.live_session_participants is 'Those who teach a course or hold gradebook.read in it see those of its learners; staff with progress.read_any see everyone''s.';
