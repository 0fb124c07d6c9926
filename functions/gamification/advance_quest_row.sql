create or replace function gamification.advance_quest_row(
    p_row gamification.user_quests,
    p_quest gamification.quests,
    p_step_order integer,
    p_amount integer
) returns gamification.user_quests
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_target integer;
begin
    select s.target into v_target
    from gamification.quest_steps as s
    where s.quest_id = p_quest.id and s.step_order = p_step_order;
    if not found then
        raise sqlstate 'PT404' using
            message = format('the quest has no step %L', p_step_order),
            detail = 'quest.step_not_found',
            hint = 'Send a step_order from the view quest_steps.';
    end if;
    if p_quest.is_ordered and exists (
        select
        from gamification.quest_steps as s
        where
            s.quest_id = p_quest.id
            and s.step_order < p_step_order
            and coalesce((p_row.progress ->> s.step_order::text)::integer, 0) < s.target
    ) then
        raise sqlstate 'PT409' using
            message = 'an earlier step of the quest is not done',
            detail = 'quest.step_locked',
            hint = 'Finish the earlier steps first.';
    end if;

    p_row.progress := jsonb_set(
        p_row.progress,
        array[p_step_order::text],
        to_jsonb(
            least(
                v_target,
                coalesce((p_row.progress ->> p_step_order::text)::integer, 0) + p_amount
            )
        )
    );
    if not exists (
        select
        from gamification.quest_steps as s
        where
            s.quest_id = p_quest.id
            and coalesce((p_row.progress ->> s.step_order::text)::integer, 0) < s.target
    ) then
        p_row.completed_at := now();
        if p_quest.xp_reward > 0 then
            perform gamification.post_xp(
                p_row.user_id,
                format('quest:%s:%s', p_quest.key, to_char(p_row.period_start, 'YYYY-MM-DD')),
                'quest',
                'completed',
                p_quest.xp_reward,
                jsonb_build_object(
                    'quest', p_quest.key, 'period_start', to_char(p_row.period_start, 'YYYY-MM-DD')
                )
            );
        end if;
    end if;
    update gamification.user_quests as uq
    set progress = p_row.progress, completed_at = p_row.completed_at
    where
        uq.user_id = p_row.user_id
        and uq.quest_id = p_row.quest_id
        and uq.period_start = p_row.period_start;
    return p_row;
end;
$$;

comment on function gamification.advance_quest_row(
    gamification.user_quests, gamification.quests, integer, integer
) is
'Counts a step of one person''s quest, completes it and credits its reward.

Args: p_row: the person''s row, locked and not completed; p_quest: its quest; p_step_order: the
step; p_amount: how often it was done.
Returns: the row as it is now.
Raises: PT404 quest.step_not_found, PT409 quest.step_locked.
Caller: gamification.advance_quest().';

revoke all on function gamification.advance_quest_row(
    gamification.user_quests, gamification.quests, integer, integer
) from public;
