/*
 * A case ends where it seems to end.
 *
 * refused by: [-Werror=implicit-fallthrough=]
 */
int step(int state);

int
step(int state)
{
	switch (state) {
	case 1:
		state++;
#ifndef MUST_FAIL
		break;
#endif
	case 2:
		state--;
		break;
	}
	return state;
}
