-- Which role may execute which function: data, applied whole at each deploy.
-- First everything is taken back, so that a line removed here is a right lost.

revoke execute on all functions in schema windlass from
    windlass_customer, windlass_rate, windlass_event, windlass_status,
    windlass_watcher, windlass_operator;

grant execute on function
    windlass.now(),
    windlass.clock_now(),
    windlass.us(timestamptz),
    windlass.from_us(bigint)
to windlass_customer, windlass_rate, windlass_event, windlass_status,
    windlass_watcher, windlass_operator;

-- The book, for every program that answers by it.
grant execute on function
    windlass.book_version(),
    windlass.book_get()
to windlass_customer, windlass_rate, windlass_status, windlass_watcher, windlass_operator;

grant execute on function
    windlass.quote_hold(uuid, text, text, boolean, numeric, text, text, text, text, numeric,
        numeric, numeric, text, text, text, text, text, integer, timestamptz, bigint, numeric,
        double precision)
to windlass_rate;

grant execute on function
    windlass.quote_get(text),
    windlass.quotes_alike(integer),
    windlass.quotes_looked(jsonb),
    windlass.quote_release_orphan(uuid)
to windlass_watcher;

grant execute on function
    windlass.book_load(text, json, bigint, jsonb, jsonb, text, jsonb),
    windlass.pool_show(),
    windlass.pool_verify()
to windlass_operator;

-- What a person looks at; a customer's values only with a row in the audit trail.
grant execute on function
    windlass.operator_payments(text[], text, bigint, integer),
    windlass.operator_payment(text),
    windlass.operator_attempts(text),
    windlass.operator_reports(text),
    windlass.operator_funding(text),
    windlass.operator_cases(text),
    windlass.operator_notices(text),
    windlass.operator_why(text),
    windlass.operator_customers(text, text, uuid, integer),
    windlass.operator_customer(uuid),
    windlass.operator_documents(uuid),
    windlass.operator_customer_values(uuid, text),
    windlass.operator_audit(text, text, bigint, integer),
    windlass.audit_verify(bigint, text, integer),
    windlass.audit_unlinked(bigint, integer)
to windlass_operator;

-- The wrapping keys' numbers; wrapped keys, of no use without them.
grant execute on function
    windlass.keys_show()
to windlass_customer, windlass_watcher, windlass_operator;

grant execute on function
    windlass.keys_part(text, text, integer, bigint),
    windlass.keys_turn(bigint, text),
    windlass.keys_rewrap(text, jsonb),
    windlass.keys_turned(bigint, bigint, text)
to windlass_operator;

-- Customers: one program writes them, the watcher reads them.
grant execute on function
    windlass.customer_find(uuid, text, text, text, text, text)
to windlass_customer, windlass_watcher;

grant execute on function
    windlass.customer_get(uuid, text, text, text, text, text),
    windlass.customer_put(uuid, text, text, text, bigint, bytea, bytea, jsonb, jsonb, jsonb,
        jsonb, jsonb),
    windlass.customer_delete(uuid),
    windlass.document_chunks_put(uuid, integer, bytea, bytea, bytea),
    windlass.document_put(uuid, uuid, text, bytea, bigint, integer, text, bytea),
    windlass.document_chunks_drop(uuid),
    windlass.document_drop(uuid, text)
to windlass_customer;

-- Documents: whoever holds the keys may read them; who writes looks at the digests.
grant execute on function
    windlass.documents_of(uuid)
to windlass_customer, windlass_watcher, windlass_operator;

grant execute on function
    windlass.document_chunk_get(uuid, integer)
to windlass_watcher, windlass_operator;

-- Verdicts: of operators, of the hook that the watcher asks, and of the day.
grant execute on function
    windlass.customer_judge(uuid, bigint, text, text, text, jsonb, jsonb, text, jsonb, jsonb, jsonb)
to windlass_watcher, windlass_operator;

-- What others are asked about customers, and the codes that prove a contact.
-- Under it equal values are equal, whoever's they are; of no use without the keys.
grant execute on function
    windlass.fingerprint_key(bytea)
to windlass_customer, windlass_watcher;

grant execute on function
    windlass.code_make(uuid, text, uuid, bytea, bytea, bytea, bytea, integer, boolean),
    windlass.code_try(uuid, text, bytea)
to windlass_customer;

grant execute on function
    windlass.reviews_want(jsonb),
    windlass.reviews_wanted(integer, integer),
    windlass.review_make(uuid, text, bigint, uuid, bytea),
    windlass.reviews_claim(integer, integer),
    windlass.review_moved(uuid, text, bigint),
    windlass.codes_claim(integer, integer),
    windlass.code_moved(uuid, text, bigint)
to windlass_watcher;

grant execute on function
    windlass.breaker_set(text, text, bigint)
to windlass_watcher;

-- What came in on the ledger.
grant execute on function
    windlass.ledger_cursor_of(text),
    windlass.ledger_read(text, text, text, jsonb),
    windlass.ledger_judge(integer, bigint),
    windlass.ledger_report(bigint)
to windlass_watcher;

-- What the back office is told.
grant execute on function
    windlass.webhooks_wanted(boolean),
    windlass.webhooks_claim(integer, integer),
    windlass.webhooks_moved(jsonb),
    windlass.webhooks_drop(integer)
to windlass_watcher;

grant execute on function
    windlass.operator_webhooks(text, text, bigint, integer),
    windlass.operator_webhook_resend(text, text, text)
to windlass_operator;

-- A database that was restored is told first whom it has to forget.
grant execute on function
    windlass.customers_lacking(jsonb),
    windlass.customers_erase_again(jsonb)
to windlass_customer, windlass_watcher, windlass_operator;

grant execute on function
    windlass.legal_hold_set(uuid, text, text),
    windlass.legal_hold_lift(uuid, text, text),
    windlass.operator_customer_erase(uuid, text, text),
    windlass.operator_customer_export(uuid, text, text, boolean),
    windlass.operator_values_before(uuid),
    windlass.operator_documents_before(uuid)
to windlass_operator;

-- What a person does about a payment.
grant execute on function
    windlass.payment_end(text, text, text, boolean),
    windlass.payment_recover(text, text, text)
to windlass_operator;

-- Payments: the watcher's steps, each a function.
grant execute on function
    windlass.customer_is_erased(text),
    windlass.outflow_keys_end(bigint, integer),
    windlass.outflow_key_new(text, bigint, bigint, bytea),
    windlass.customers_find(jsonb),
    windlass.watcher_start(text),
    windlass.watcher_tick(),
    windlass.lease_take(text, text, integer),
    windlass.lease_end(text, text),
    windlass.errands_take(text, integer),
    windlass.poll_done(text, bigint, boolean),
    windlass.payments_seen(jsonb),
    windlass.payments_unseen(integer),
    windlass.payments_claim(text, integer, integer),
    windlass.payments_let_go(jsonb),
    windlass.gate_pass(text, bigint, jsonb),
    windlass.gate_drop(text, bigint, integer, text),
    windlass.payment_stop(text, bigint, text, text, text),
    windlass.payment_close(text, bigint, text),
    windlass.funds_taken(text, bigint, jsonb, bytea, numeric, numeric),
    windlass.attempt_store(text, bigint, bigint, integer, bytea, text, jsonb, text),
    windlass.all_funds_taken(jsonb),
    windlass.attempts_store(jsonb, text, text),
    windlass.payment_turn(text, bigint, text),
    windlass.refund_facts(text),
    windlass.refund_step(text, bigint, bigint, text, jsonb, text),
    windlass.refund_again(text, bigint, integer, jsonb),
    windlass.custody_done(text, bigint, bigint),
    windlass.attempts_sent(jsonb, bigint),
    windlass.attempts_moved(jsonb),
    windlass.returns_listed(jsonb),
    windlass.outflow_corrected(text, bigint, bigint),
    windlass.beneficiary_corrected(text, bigint, bigint, text, numeric),
    windlass.manual_submit(text[]),
    windlass.manual_look_up(text[]),
    windlass.outflow_review(text, bigint, bigint, text, text, boolean, integer),
    windlass.report_intend(text, bigint, text, jsonb, text, text, text, bigint),
    windlass.reports_sent(jsonb),
    windlass.reports_done(jsonb),
    windlass.reports_again(jsonb),
    windlass.report_park(text, bigint, integer, text, text),
    windlass.customers_expired(uuid, integer),
    windlass.judging_begin(bigint, integer),
    windlass.judging_page(uuid, integer),
    windlass.judging_went(bigint, uuid),
    windlass.references_lacking(jsonb),
    windlass.references_of_others(text, bigint),
    windlass.case_open(text, text, text, text),
    windlass.audit_link(integer)
to windlass_watcher;

grant execute on function
    windlass.hold_set(text)
to windlass_watcher;

-- What a person decides about money, by name and with a reason.
grant execute on function
    windlass.operator_case_list(text, text, bigint, integer),
    windlass.operator_case_close(bigint, text, text),
    windlass.operator_hold_on(text, text),
    windlass.operator_hold_off(text, text),
    windlass.operator_hold_show(),
    windlass.reconcile_begin(text, bigint, bigint),
    windlass.reconcile_records(bigint, jsonb),
    windlass.reconcile_payouts(bigint, text, jsonb),
    windlass.reconcile_operations(bigint, jsonb),
    windlass.reconcile_read(bigint),
    windlass.reconcile_compare(bigint, integer, text),
    windlass.reconcile_adopt(bigint),
    windlass.reconcile_forget(bigint),
    windlass.reconcile_end(bigint, integer),
    windlass.reconcile_drop(bigint),
    windlass.reconcile_show(bigint),
    windlass.operator_payment_approve(text, text, text),
    windlass.manual_ready(integer),
    windlass.manual_export(text[], text),
    windlass.manual_written(bigint),
    windlass.manual_again(text, text),
    windlass.manual_confirm(jsonb, text),
    windlass.reconcile_manual(bigint, bigint),
    windlass.operator_payment_retry(text, text, text),
    windlass.operator_payment_refund(text, text, text),
    windlass.operator_payment_release(text, text, text)
to windlass_operator;

grant execute on function
    windlass.event_wake()
to windlass_event;

grant execute on function
    windlass.health(),
    windlass.metrics()
to windlass_status;

grant execute on function
    windlass.watcher_health()
to windlass_status, windlass_operator;
