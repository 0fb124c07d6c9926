create or replace function util.notify_workers(p_queue text) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_setting text := 'util.notified_' || replace(p_queue, '.', '$');
    v_now float8 := date_part('epoch', clock_timestamp());
    v_until float8 := nullif(current_setting(v_setting, true), '')::float8;
begin
    -- Commits with a notification queue up behind one lock of the whole server. So a session sends
    -- one in a tenth of a second, and workers look once more after that time.
    if v_now between v_until - 0.1 and v_until then
        return false;
    end if;
    perform pg_notify('util_jobs', p_queue);
    perform set_config(v_setting, (v_now + 0.1)::text, false);
    return true;
end;
$$;

comment on function util.notify_workers(text) is
'Wakes listeners on util_jobs at commit, with the queue as payload.

Args: p_queue: the queue that has a job that is due.
Returns: false if this session has just done so.
Caller: functions of this package.';

revoke all on function util.notify_workers(text) from public;
