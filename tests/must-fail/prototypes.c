/*
 * A function says what it takes.
 *
 * refused by: [-Werror=strict-prototypes]
 */
#ifdef MUST_FAIL
int call(int (*answer)());
int
call(int (*answer)())
#else
int call(int (*answer)(void));
int
call(int (*answer)(void))
#endif
{
	return answer();
}
