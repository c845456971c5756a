// Pages of the library that only its start needed.
#pragma once

// Unmaps the read-only pages of the library that contains this function. They stay in the system's page cache and come
// back when they are touched: starting touches a page here and there all over the library, of which each brings
// fifteen neighbours along, and most of them are never touched again. Breakpoints that a debugger wrote go with them.
void lg_release_startup_pages(void);
