create or replace function util.schedule_with_pg_cron() returns text
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_is_there boolean;
begin
    if not exists (
        select
        from pg_extension as e
        cross join pg_namespace as n
        where
            e.extname = 'pg_cron' and n.nspname = 'cron'
            and has_schema_privilege(n.oid, 'usage')
    ) then
        raise sqlstate 'PT409' using
            message = 'the owner of the package cannot use pg_cron in this database',
            detail = 'pg_cron.missing',
            hint = 'Run `create extension pg_cron` and `grant usage on schema cron to` the owner '
            'as an administrator, or let a process run `dbtool worker`.';
    end if;
    execute
        'select exists ('
        'select from cron.job where jobname = $1 and command = $2 and schedule = $3 and active '
        'and username = current_user and database = current_database())'
    into v_is_there
    using 'foundations', 'select util.run_due_jobs()', '* * * * *';
    if v_is_there then
        return 'unchanged';
    end if;
    execute 'select cron.schedule($1, $3, $2)'
    using 'foundations', 'select util.run_due_jobs()', '* * * * *';
    return 'scheduled';
end;
$$;

comment on function util.schedule_with_pg_cron() is
'Lets pg_cron call util.run_due_jobs() each minute.

Definer, because pg_cron runs a job as the role that scheduled it: here the package''s owner.

Returns: scheduled; unchanged if it already was.
Raises: PT409 pg_cron.missing.
Caller: service.';

revoke all on function util.schedule_with_pg_cron() from public;
grant execute on function util.schedule_with_pg_cron() to service_role;
