#pragma once
/// Gives pages of the C heaps that hold nothing any more back to the system.
void lg_trim_heaps(void);
