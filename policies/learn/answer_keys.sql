-- Read and written by functions alone.
revoke all on learn.answer_keys from public, anon, authenticated, staff, service_role;
grant select on learn.answer_keys to service_role;

create policy answer_keys_all_nobody on learn.answer_keys
as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy answer_keys_all_nobody on learn.answer_keys is
'No client reads right answers; graders get them from a function that checks who they are.';
