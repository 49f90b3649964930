-- customer_judge - writes what was decided about a customer: a verdict for one
--         type, errors of single fields, or that a day or a rule has changed how
--         they stand.
-- In:     version is the one that was judged.  With a type: the verdict for it,
--         accepted, rejected or held; null takes back the one there is.  Without
--         one: no verdict changes, but those that fall do.
--         field_errors rejects fields: {"photo_id_front": "blurred"}; "" takes a
--         rejection back: the field is as it was given.  marks are what may be
--         known of values anew: {"clabe_number": {"checks": []}}.
--         by: operator:NAME, hook, or watcher (who gives no verdicts).
--         fallen are the types whose verdicts hold no more; standing and moved
--         are as customer_put() has them.
-- Out:    the version stored; no row if somebody else was faster, or the customer
--         is gone.  The sealed values are left as they are.
-- Errors: constraints.
-- Writes: customer; audit; customer_notice, and wakes the watcher, as
--         customer_put().
create or replace function windlass.customer_judge(
    p_id uuid, p_version bigint, p_type text, p_verdict text, p_reason text,
    p_field_errors jsonb, p_marks jsonb, p_by text, p_fallen jsonb, p_standing jsonb,
    p_moved jsonb)
returns table (version bigint)
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    stored bigint;
begin
    update customer as c
        set version = c.version + 1, updated_at = windlass.now(), standing = p_standing,
            fields = (
                select coalesce(jsonb_object_agg(f.name, case
                        when not p_field_errors ? f.name then m.about
                        when p_field_errors ->> f.name = ''
                            then (m.about - 'error') || '{"state": "given"}'
                        else m.about || jsonb_build_object('state', 'rejected',
                            'error', p_field_errors -> f.name) end), '{}')
                    from jsonb_each(c.fields) as f (name, about)
                    cross join lateral (
                        select f.about || coalesce(p_marks -> f.name, '{}')) as m (about)),
            verdicts = c.verdicts - array(select jsonb_array_elements_text(p_fallen))
                - coalesce(p_type, '')
                || case when p_verdict is null or p_type is null then '{}'
                    else jsonb_build_object(p_type, jsonb_build_object('verdict', p_verdict,
                        'by', p_by, 'reason', coalesce(p_reason, ''),
                        'at', us(windlass.now()))) end
        where c.id = p_id and c.version = p_version
        returning c.version into stored;
    if stored is null then
        return;
    end if;

    insert into audit (what, subject, detail) values ('customer_judge', p_id::text,
        jsonb_strip_nulls(jsonb_build_object('version', stored, 'type', p_type,
            'verdict', p_verdict, 'reason', nullif(p_reason, ''), 'by', p_by,
            'errors', (select jsonb_object_agg(e.name, e.error)
                from jsonb_each_text(p_field_errors) as e (name, error) where e.error <> ''),
            'taken_back', (select jsonb_agg(e.name order by e.name)
                from jsonb_each_text(p_field_errors) as e (name, error) where e.error = ''),
            'fallen', nullif(p_fallen, '[]'))));
    if p_moved <> '[]' then
        perform windlass.customer_tell(p_id, stored, p_moved);
    end if;
    return query select stored;
end
$$;
