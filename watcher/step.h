/*
 * step - what is to be done next about a payment: a table, read from the top.
 *
 * Shape:  pure: (payment, what holds for all, now) in, a step out.  The first
 *         row whose condition holds is the step.
 * Out:    for STEP_WAIT when to look again; for STEP_END, STEP_REFUSE,
 *         STEP_GIVE_UP, STEP_HOLD, STEP_REVIEW, STEP_CLOSE and STEP_CASE a
 *         code and a sentence.
 * Source: SEP-31 states as the platform has them; protocol of the watcher.
 */
#ifndef WINDLASS_STEP_H
#define WINDLASS_STEP_H

#include "payment.h"

enum step {
	STEP_WAIT,
	STEP_READ_BACK,  /* a report in doubt: what does the record say? */
	STEP_REPORT,     /* send the first open report */
	STEP_GATE,       /* may it start? */
	STEP_END,        /* it ends without money; code says why */
	STEP_REFUSE,     /* what is wrong has a policy; code says what */
	STEP_FUNDS,      /* what really arrived? */
	STEP_VERIFY,     /* what arrived, and may go back? */
	STEP_TURN,       /* does it go back? */
	STEP_ROAD,       /* the record is brought to where that is told */
	STEP_ORDER_BACK, /* the platform is to send it back itself */
	STEP_BACK,       /* it has */
	STEP_ASTRAY,     /* the record is brought to where a payout begins */
	STEP_CORRECT,    /* the receiver corrects what the bank did not take */
	STEP_GIVE_UP,    /* the payout has failed for good; code says why */
	STEP_PREPARE,    /* store the order to the bank or treasury */
	STEP_SEND,       /* send it, or look what became of it */
	STEP_LOOK,       /* has it settled; was the refusal true? */
	STEP_HOLD,       /* a person decides; no money went out */
	STEP_REVIEW,     /* a person decides; something contradicts us */
	STEP_CLOSE,      /* it ended without money */
	STEP_CASE,       /* tell a person, change nothing */
	STEP_MAX
};

struct step_facts {
	instant now;
	const char *hold;            /* why no money leaves, or NULL */
	struct {                     /* of the bank, of the treasury */
		const char *missing; /* which setting, or NULL */
		instant quarantine;  /* microseconds */
		instant open_until;  /* its breaker; in the past: closed */
	} outlets[WAY_MAX];
	instant platform_until; /* as open_until */
	bool platform_memos;    /* the platform makes memos and addresses */
	bool platform_refunds;  /* and sends money back itself */
	const char *via;        /* by what payouts go; NULL: http */
};

struct step_choice {
	enum step step;
	const char *code, *sentence;
	instant next; /* STEP_WAIT */
};

/* What was told last, of a payment that we end; the code follows. */
#define NOTED_END "end:"
/* By a person, though its money came. */
#define NOTED_END_PAID "end_paid"

/* What waits for another person than the one who sends it. */
#define SECOND_PERSON "second_person"
#define SECOND_PERSON_WHY "a second person has to approve so large a payment"

/* Whoever is to send it gave no clear answer lately; see breaker.h. */
#define BREAKER_OPEN "breaker_open"
#define BREAKER_OPEN_WHY                                                       \
	"no clear answer came to other orders lately, and nothing is sent "    \
	"for "                                                                 \
	"a while"

/* How long the platform may take to send money back. */
#define CUSTODY_MOST (3600 * SECOND)
/* How long a customer may take to show what is missing, once it is paid. */
#define INFO_MOST (7 * 24 * 3600 * SECOND)
#define LATE_GRACE (300 * SECOND) /* paid that late it is still paid out */
/* Until a payment on the ledger is known for certain, and then it ends: half
 * an hour after the last moment at which it could be paid. */
#define LATE_MARGIN (1500 * SECOND)

struct step_choice step_choose(const struct payment *p,
    const struct step_facts *f);
const char *step_name(enum step step);

/* A payout is ordered so often, the first included, and what the bank did not
 * take waits so long for other data. */
enum { ORDERS_MOST = 3 };
#define CORRECTED_WITHIN (7 * 24 * 3600 * SECOND)

#endif
