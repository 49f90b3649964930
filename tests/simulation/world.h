/*
 * world - all that is outside of Windlass in one run, with books of its own:
 *         wallets and what they pay, the ledger, the platform, the bank.
 *
 * Rule:   it judges as it goes: what must never be is told by wrong() at the
 *         moment at which it happens.
 * Owner:  memory of the run's arena.
 */
#ifndef WINDLASS_SIMULATION_WORLD_H
#define WINDLASS_SIMULATION_WORLD_H

#include <stdbool.h>
#include <stddef.h>

#include "instant.h"

#include "../../watcher/ledger.h"
#include "../../watcher/platform.h"
#include "../../watcher/rail.h"

enum {
	TXS_MOST = 6,
	OPS_MOST = 24,
	PAYOUTS_MOST = 96,
	FLIGHTS_MOST = 256,
	APPROVALS_MOST = 32,
	SHORT_TEXT = 72
};

/* What the bank promises, and how long things take: what the settings of the
 * watchers are reckoned from. */
#define FLIGHT (90 * SECOND) /* the longest of a request on its way */
#define LAG (60 * SECOND)    /* of the bank's look-ups */
#define STOP (30 * SECOND)   /* of a process that is stopped in a call */
/* Between calls it may stand still for longer than its claims last. */
#define LONG_STOP (200 * SECOND)
/* An attempt may be sent for 0.7 of it; the rest is for who was stopped then.
 */
#define WINDOW_LEAST (420 * SECOND)
#define QUARANTINE (20 * SECOND + FLIGHT + STOP + LAG + 5 * SECOND)

enum status {
	NO_STATUS,
	PENDING_SENDER,
	PENDING_RECEIVER,
	PENDING_EXTERNAL,
	PENDING_INFO,
	COMPLETED,
	REFUNDED,
	EXPIRED_STATUS,
	ERROR_STATUS,
	STATUS_MAX
};
extern const char *const status_names[STATUS_MAX];

/* What a wallet does about a payment. */
enum pays {
	PAYS_EXACTLY,
	PAYS_NOTHING,
	PAYS_SHORT,
	PAYS_OVER,
	PAYS_IN_PARTS,
	PAYS_ANOTHER_ASSET,
	PAYS_ANOTHER_ISSUER,
	PAYS_ANOTHER_ACCOUNT,
	PAYS_ELSEWHERE_TOO, /* half of it, in the same transaction */
	PAYS_BY_ANOTHERS,   /* the record shows the payment of another one */
	PAYS_TWICE,
	PAYS_LATE,       /* within the grace */
	PAYS_TOO_LATE,   /* past it */
	PAYS_NOT_AT_ALL, /* and the platform says that it did */
	PAYS_MAX
};

struct offer {          /* a firm quote, or what the record says without one */
	const char *id; /* "" */
	char sell[SHORT_TEXT], buy[SHORT_TEXT], fee[SHORT_TEXT];
	const char *fee_asset;
	instant expires_at;
};

/* Why a person may have to look at it: whatever ends with a person has one. */
enum excuse {
	EXCUSE_FUNDS = 1,   /* not what was asked for */
	EXCUSE_QUOTE = 2,   /* another's, or over */
	EXCUSE_BANK = 4,    /* it refused or returned, or said something odd */
	EXCUSE_MUTE = 8,    /* it did not tell until the deadline was over */
	EXCUSE_LATE = 16,   /* a request or an end that landed out of time */
	EXCUSE_UNSEEN = 32, /* the platform never saw the money */
	EXCUSE_PAPERS = 64, /* a customer has to show more */
	EXCUSE_RECORD = 128 /* the record was changed by somebody */
};

struct tx {
	char id[SHORT_TEXT];
	/* The wallet's plan. */
	instant begins_at;
	enum pays pays;
	struct offer *offer;
	int person;         /* whose it is */
	bool is_unseen;     /* the observer will not report its money */
	bool is_needy;      /* its receiver lacks papers */
	bool is_paid_for;   /* the wallet has paid, or will at once */
	instant shows_at;   /* its receiver shows what was asked for; FOREVER */
	instant meddles_at; /* somebody ends it at the platform, by hand */
	instant person_at;  /* somebody of ours wants it back, by hand */
	instant approves_at; /* a second person looks at it again */
	unsigned excuses;

	/* The platform's record. */
	enum status status;
	instant started_at, updated_at, received_at;
	char memo[SHORT_TEXT], destination[SHORT_TEXT], external[SHORT_TEXT];
	char amount_in[SHORT_TEXT];
	instant pay_by;
	unsigned seen; /* bit i: operation i is in its stellar_transactions */
	instant ended_at; /* by hand */
	instant asked_at; /* the round began that asked for the money last */
	/* Calls whose answer never came, and no reading since. */
	char unread[SHORT_TEXT];
	bool is_request_on_its_way;

	int executed, sent_back; /* orders, by the bank and the treasury */
	char refund[SHORT_TEXT], refunded[SHORT_TEXT]; /* hash and amount */
};

struct operation {
	char hash[65], id[24], memo[SHORT_TEXT];
	const char *to, *asset, *from;
	char amount[SHORT_TEXT];
	instant at, seen_at;
	int tx; /* whose wallet paid it */
	bool is_seen;
	bool is_forged; /* the platform has it, the ledger not */
};

struct payout { /* out by the bank, or back by the treasury */
	bool is_back;
	char hash[SHORT_TEXT]; /* on the ledger, of one that goes back */
	char reference[SHORT_TEXT], key[SHORT_TEXT], bank_id[SHORT_TEXT];
	char amount[SHORT_TEXT], account[SHORT_TEXT];
	const char *body;
	int tx;
	instant at, settles_at, returns_at, known_at;
	bool is_fixable;    /* it comes back for what could be put right */
	bool is_lied_about; /* once it was called returned, and was not */
};

struct approval { /* by a second person, of one order */
	int tx, n;
	bool is_back;
};

struct world {
	int tx_count;
	struct tx txs[TXS_MOST];
	struct offer offers[TXS_MOST];
	int offer_count;
	size_t op_count;
	struct operation ops[OPS_MOST];
	size_t payout_count;
	struct payout payouts[PAYOUTS_MOST];
	int approval_count;
	struct approval approvals[APPROVALS_MOST];
	bool is_odd;       /* the bank said once that it has another sum */
	instant lifted_at; /* a person has said that money may leave */
	instant outage_from, outage_until; /* of the bank: it answers nothing */
	int64_t bank_ids;
	instant lacks_at;  /* a receiver's papers are good no more */
	int lacking;       /* whose; -1 */
	instant lacked_at; /* when that was; FOREVER: it is over */
	instant window; /* for which the bank keeps a key; from WINDOW_LEAST */
	bool is_restored; /* the database was an older one once */
	bool is_excused;  /* so much has happened that persons have to look */
};

extern struct world world;

#define ISSUER "GDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7ENKCV37P6SUEO6XQBKPP"
#define USDC "stellar:USDC:" ISSUER
#define BRL "iso4217:BRL"
#define LARGE "80" /* above it the book wants a second person: run.py */
#define OUR_ACCOUNT "GBN4NNCDGJO4XW4KQU3CBIESUJWFVBUZPOKUZHT7W7WRB7CWOA7BXVQF"
#define WALLET "GCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAWUW"

/* wallets.c: the plan of a run; what the wallets do by now. */
void world_begin(void);
void wallets_act(void);
struct tx *world_tx(const char *id);
struct tx *world_tx_of_reference(const char *reference);
/* An older database may know other papers. */
void wallets_look_back(void);
/* All papers are shown again. */
void wallets_show_all(void);
/* When something happens next by itself; FOREVER. */
instant world_next(void);

/* ledger.c */
struct ledger ledger_simulated(void);
void ledger_pay(struct tx *tx, const char *memo, const char *to,
    const char *asset, const char *amount, instant at);
/* What came in for it that pays for it, in time: an exact sum? */
bool ledger_has_paid(const struct tx *tx);

/* records.c: the platform */
struct platform platform_simulated(void);
void platform_begin(void);
void platform_acts(void); /* late calls land; the observer looks */
instant platform_next(void);

/* What came in for it, of our asset; in units of 1e-7. */
int64_t ledger_came(const struct tx *tx);
int64_t ledger_units(const char *amount);

/* bank.c: the bank, and the treasury that works like it */
struct rail bank_simulated(void);
struct rail treasury_simulated(void);
void bank_begin(void);
void bank_acts(void); /* late orders land */
instant bank_next(void);
/* Has anything come back? */
bool bank_has_returns(void);
bool payout_is_returned(const struct payout *p);
bool payout_is_settled(const struct payout *p);

#endif
