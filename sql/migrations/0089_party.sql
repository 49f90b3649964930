-- 0089_party: in a payment that is named, a customer is looked for as a type;
-- functions come after migrations.
drop function if exists windlass.customer_payment(text);
drop function if exists windlass.customer_find(uuid, text, text, text, text);
drop function if exists windlass.customer_get(uuid, text, text, text, text);
