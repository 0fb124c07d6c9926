-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.certificates (
    id uuid default gen_random_uuid() not null,
    serial_no bigint generated always as identity not null,
    number text generated always as (('C'::text || lpad((serial_no)::text, 9, '0'::text))) stored,
    verify_hash text not null,
    user_id uuid not null,
    course_id uuid not null,
    version_id uuid not null,
    holder_name text not null,
    course_title text not null,
    metadata jsonb default '{}'::jsonb not null,
    issued_at timestamp with time zone default now() not null,
    issued_by uuid,
    revoked_at timestamp with time zone,
    revoked_by uuid,
    revoked_reason text,
    completed_at timestamp with time zone not null,
    constraint pk_certificates PRIMARY KEY (id),
    constraint uq_certificates_serial_no UNIQUE (serial_no),
    constraint uq_certificates_verify_hash UNIQUE (verify_hash),
    constraint ck_certificates_metadata CHECK (((jsonb_typeof(metadata) = 'object'::text) AND (length((metadata)::text) <= 4096))),
    constraint ck_certificates_revoked CHECK ((num_nonnulls(revoked_at, revoked_reason) <> 1)),
    constraint ck_certificates_revoked_reason CHECK ((length(revoked_reason) <= 500)),
    constraint ck_certificates_verify_hash CHECK ((verify_hash ~ '^[0-9a-f]{64}$'::text)),
    constraint fk_certificates_enrollment FOREIGN KEY (user_id, course_id) REFERENCES learn.enrollments(user_id, course_id),
    constraint fk_certificates_issued_by FOREIGN KEY (issued_by) REFERENCES public.profiles(id),
    constraint fk_certificates_revoked_by FOREIGN KEY (revoked_by) REFERENCES public.profiles(id),
    constraint fk_certificates_version FOREIGN KEY (version_id, course_id) REFERENCES content.content_versions(id, course_id)
);

comment on table learn.certificates is 'Certificates of people who completed a publication of a course. Revoked, never deleted; a person has at most one for a course that is not revoked.';
comment on column learn.certificates.number is 'The number by which people refer to it; not secret.';
comment on column learn.certificates.verify_hash is '64 random hexadecimal digits; anyone who knows them may see the certificate.';
comment on column learn.certificates.holder_name is 'As it was when the certificate was issued.';
comment on column learn.certificates.course_title is 'As it was when the certificate was issued.';
comment on column learn.certificates.metadata is 'The course''s certificate_settings, as they were when it was issued.';
comment on column learn.certificates.issued_at is 'When this certificate was made; one that replaces another is younger than the completion.';
comment on column learn.certificates.issued_by is 'The person who issued it; null: the completion of the course did.';
comment on column learn.certificates.completed_at is 'When the course was completed.';

CREATE INDEX idx_certificates_course ON learn.certificates USING btree (course_id, issued_at, id);
CREATE INDEX idx_certificates_issued_by ON learn.certificates USING btree (issued_by);
CREATE INDEX idx_certificates_revoked_by ON learn.certificates USING btree (revoked_by);
CREATE INDEX idx_certificates_user_course ON learn.certificates USING btree (user_id, course_id);
CREATE UNIQUE INDEX idx_certificates_valid ON learn.certificates USING btree (user_id, course_id) WHERE (revoked_at IS NULL);
CREATE INDEX idx_certificates_version ON learn.certificates USING btree (version_id, course_id);

alter table learn.certificates enable row level security;

grant select on table learn.certificates to authenticated;
grant delete, insert, select, update on table learn.certificates to service_role;
grant select on table learn.certificates to staff;

create policy certificates_select_own on learn.certificates for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy certificates_select_staff on learn.certificates for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR (course_id = ANY (ARRAY( SELECT learn.my_gradebook_course_ids() AS my_gradebook_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'progress.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'certificate.manage'::text) AS has_permission)));

comment on policy certificates_select_own on learn.certificates is 'Learners see their own.';
comment on policy certificates_select_staff on learn.certificates is 'Those who teach a course or hold gradebook.read in it see those of its learners; staff with progress.read_any or certificate.manage see everyone''s.';
