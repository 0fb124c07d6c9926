create or replace function util.raise_lease_lost() returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    raise sqlstate 'PT409' using
        message = 'this worker does not hold the lease of the job',
        detail = 'job.lease_lost',
        hint = 'Undo the work: the lease expired and another worker may have the job.';
end;
$$;

comment on function util.raise_lease_lost() is
'Refuses lease tokens that are outdated or belong to another worker.

Returns: never.
Raises: PT409 job.lease_lost.
Caller: functions of this package.';

revoke all on function util.raise_lease_lost() from public;
