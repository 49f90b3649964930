/*
 * Nothing is called that was not declared.
 *
 * refused by: [-Werror=implicit-function-declaration]
 */
int answer(void);

int
answer(void)
{
#ifdef MUST_FAIL
	return nobody_declared_this();
#else
	return 42;
#endif
}
