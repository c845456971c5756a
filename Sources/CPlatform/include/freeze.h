#pragma once

/// From now on a signal that would end this process as a crash makes it wait for a debugger instead.
void lg_freeze_on_error(void);
