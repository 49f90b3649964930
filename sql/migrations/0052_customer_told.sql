-- 0052_customer_told: customer_get gives one text; functions come after migrations.
drop function if exists windlass.customer_get(uuid, text, text, text, text);
