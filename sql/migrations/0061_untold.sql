-- 0061_untold: where nobody is to be told of customers, their rows have no trigger
-- for it that fires: it would cost every PUT a look.

create function windlass.webhooks_are_wanted() returns trigger
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    trigger_ text;
begin
    foreach trigger_ in array array['customer_comes_and_goes_and_is_told',
            'customer_stands_anew_and_is_told'] loop
        execute format('alter table windlass.customer %s trigger %I',
            case when new.is_on then 'enable' else 'disable' end, trigger_);
    end loop;
    return null;
end
$$;
create trigger webhooks_are_wanted after update on windlass.webhook_wanted
    for each row when (old.is_on is distinct from new.is_on)
    execute function windlass.webhooks_are_wanted();
do $$
begin
    if not (select is_on from windlass.webhook_wanted) then
        alter table windlass.customer disable trigger customer_comes_and_goes_and_is_told;
        alter table windlass.customer disable trigger customer_stands_anew_and_is_told;
    end if;
end
$$;
