-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table content.course_tags (
    course_id uuid not null,
    course_is_visible boolean default false not null,
    tag_id uuid not null,
    created_at timestamp with time zone default now() not null,
    constraint pk_course_tags PRIMARY KEY (course_id, tag_id),
    constraint fk_course_tags_course FOREIGN KEY (course_id, course_is_visible) REFERENCES content.courses(id, is_visible) ON UPDATE CASCADE,
    constraint fk_course_tags_tag FOREIGN KEY (tag_id) REFERENCES content.tags(id)
);

comment on table content.course_tags is 'Tags of each course.';
comment on column content.course_tags.course_is_visible is 'A copy of courses.is_visible.';

CREATE INDEX idx_course_tags_course ON content.course_tags USING btree (course_id, course_is_visible);
CREATE INDEX idx_course_tags_tag_id ON content.course_tags USING btree (tag_id);

CREATE TRIGGER trg_course_tags_copy_course_visibility BEFORE INSERT ON content.course_tags FOR EACH ROW EXECUTE FUNCTION content.copy_course_visibility();

alter table content.course_tags enable row level security;

grant select on table content.course_tags to anon;
grant select on table content.course_tags to authenticated;
grant delete, insert, select, update on table content.course_tags to service_role;
grant delete, select on table content.course_tags to staff;
grant insert (course_id, tag_id) on table content.course_tags to staff;

create policy course_tags_delete_staff on content.course_tags for delete to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy course_tags_insert_staff on content.course_tags for insert to staff
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy course_tags_select_any on content.course_tags for select to authenticated
using (course_is_visible);

create policy course_tags_select_public on content.course_tags for select to anon
using (course_is_visible);

create policy course_tags_select_staff on content.course_tags for select to staff
using ((course_is_visible OR (course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

comment on policy course_tags_delete_staff on content.course_tags is 'Those who teach a course remove tags; staff with course.edit remove those of every course; publications stay.';
comment on policy course_tags_insert_staff on content.course_tags is 'Those who teach a course add tags; staff with course.edit add them to every course.';
comment on policy course_tags_select_any on content.course_tags is 'Everyone may see the tags of a course that was published.';
comment on policy course_tags_select_public on content.course_tags is 'Everyone may see the tags of a course that was published.';
comment on policy course_tags_select_staff on content.course_tags is 'Those who teach a course see all of it; staff with course.read_any or course.edit see every course.';
