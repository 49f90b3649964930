/*
 * fleet - the watchers of a run: each in a process of its own, as far as it can
 *         tell; they take turns, stand still and die as the seed has it.
 *
 * Shape:  each runs on a stack of its own.  A seam is a place at which another
 *         may go on, or at which it ends: before and after each call of the
 *         database and of the tables of functions.
 */
#ifndef WINDLASS_SIMULATION_FLEET_H
#define WINDLASS_SIMULATION_FLEET_H

#include <stdbool.h>

#include "instant.h"

struct pg_conn;

enum { WATCHERS = 2 };

/* folder: where each keeps its file of references; url: for its role. */
void fleet_open(const char *folder, const char *url);
void fleet_close(void);
/* All of them begin, without a file. */
void fleet_begin(void);
/* Every process ends. */
void fleet_end(void);
/* One goes on: until a seam stops it, or its round is over. */
void fleet_go_on(int i);
/* All of them to the end of their rounds. */
void fleet_finish(void);
/* Their connections break, all at once. */
void fleet_cut(void);
/* It dies. */
void fleet_kill(int i);
/* All of them die, and what each has kept is lost with its machine. */
void fleet_lose_files(void);

/* Where one may be stopped; is_outside: a call to the world. */
void seam(const char *what, bool is_outside);
/* Is the code under way a watcher's?  Whose. */
bool fleet_is_on(void);
/* It is not, for a while. */
void fleet_steps_aside(bool is_aside);
const char *fleet_name(void);
/* When its round began: what was so by then it has to know. */
instant fleet_round_began(void);

/* The reference left from the watcher under way. */
void fleet_sent(const char *reference);
/* The database is an older one: what each has sent may be missing in it. */
void fleet_compare(void);
/* Has the watcher under way sent something that its database does not know? */
bool fleet_has_lost(void);

/* seams.c asks: the connection of the watcher under way. */
struct pg_conn **fleet_connection(void);
bool *fleet_is_cut(void);
/* Is it one of theirs? */
bool fleet_keeps(const struct pg_conn *conn);

#endif
