-- 0046_errands: who runs errands.  What calls somebody over HTTP and is no
-- step of a payment is done beside the payments, by one watcher at a time.

insert into windlass.lease (name) values ('errands');
