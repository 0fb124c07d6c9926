-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.assessment_items (
    id uuid default gen_random_uuid() not null,
    assessment_id uuid not null,
    course_id uuid not null,
    item_order integer not null,
    item_type text not null,
    prompt text not null,
    options jsonb default '[]'::jsonb not null,
    points numeric(6,2) default 1 not null,
    penalty numeric(6,2) default 0 not null,
    has_partial_credit boolean default false not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_assessment_items PRIMARY KEY (id),
    constraint uq_assessment_items_id_course UNIQUE (id, course_id),
    constraint uq_assessment_items_item_order UNIQUE (assessment_id, item_order) DEFERRABLE,
    constraint ck_assessment_items_item_order CHECK ((item_order > 0)),
    constraint ck_assessment_items_item_type CHECK ((item_type = ANY (ARRAY['single_choice'::text, 'multiple_select'::text, 'true_false'::text, 'short_answer'::text, 'long_answer'::text, 'fill_blank'::text, 'code'::text]))),
    constraint ck_assessment_items_options CHECK (((jsonb_typeof(options) = 'array'::text) AND (length((options)::text) <= 20000))),
    constraint ck_assessment_items_penalty CHECK (((penalty >= (0)::numeric) AND (penalty <= points))),
    constraint ck_assessment_items_points CHECK (((points >= 0.01) AND (points <= 9999.99))),
    constraint ck_assessment_items_prompt CHECK (((prompt ~ '[^[:space:]]'::text) AND (length(prompt) <= 20000))),
    constraint fk_assessment_items_assessment FOREIGN KEY (assessment_id, course_id) REFERENCES learn.assessments(id, course_id) ON UPDATE CASCADE ON DELETE CASCADE
);

comment on table learn.assessment_items is 'Questions, as their authors edit them. Right answers are in answer_keys.';
comment on column learn.assessment_items.course_id is 'A copy of assessments.course_id.';
comment on column learn.assessment_items.options is 'The options: [{"id": "a", "text": "..."}]; empty if there is nothing to choose. A question that loses an option, or gets another type, loses its right answer.';
comment on column learn.assessment_items.penalty is 'Points taken off for a wrong answer; none for no answer.';
comment on column learn.assessment_items.has_partial_credit is 'Whether a part of the answer earns a part of the points.';

CREATE INDEX idx_assessment_items_assessment ON learn.assessment_items USING btree (assessment_id, course_id);
CREATE INDEX idx_assessment_items_course_id ON learn.assessment_items USING btree (course_id);

CREATE TRIGGER trg_assessment_items_forget_answer_key AFTER UPDATE OF item_type, options ON learn.assessment_items FOR EACH ROW EXECUTE FUNCTION learn.forget_answer_key();

CREATE TRIGGER trg_assessment_items_set_course_from_assessment BEFORE INSERT ON learn.assessment_items FOR EACH ROW EXECUTE FUNCTION learn.set_course_from_assessment();

CREATE TRIGGER trg_assessment_items_set_updated_at BEFORE UPDATE ON learn.assessment_items FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table learn.assessment_items enable row level security;

grant delete, insert, select, update on table learn.assessment_items to service_role;
grant delete, select on table learn.assessment_items to staff;
grant insert (assessment_id, item_order, item_type, prompt, options, points, penalty, has_partial_credit), update (item_type, prompt, options, points, penalty, has_partial_credit) on table learn.assessment_items to staff;

create policy assessment_items_delete_staff on learn.assessment_items for delete to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy assessment_items_insert_staff on learn.assessment_items for insert to staff
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy assessment_items_select_staff on learn.assessment_items for select to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR (course_id = ANY (ARRAY( SELECT learn.my_gradebook_course_ids() AS my_gradebook_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy assessment_items_update_staff on learn.assessment_items for update to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)))
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

comment on policy assessment_items_delete_staff on learn.assessment_items is 'Those who teach a course remove questions that nobody has used; staff with course.edit remove those of every course.';
comment on policy assessment_items_insert_staff on learn.assessment_items is 'Those who teach a course add questions; staff with course.edit add them to every course.';
comment on policy assessment_items_select_staff on learn.assessment_items is 'Those who teach a course or hold gradebook.read in it see its questions; staff with course.read_any or course.edit see those of every course.';
comment on policy assessment_items_update_staff on learn.assessment_items is 'Those who teach a course change questions; staff with course.edit change those of every course.';
