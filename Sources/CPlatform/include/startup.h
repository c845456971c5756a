// Pages of libraries that only the start of the program needed.
#pragma once

// Both unmap read-only pages. They stay in the system's page cache and come back when they are touched: starting touches
// a page here and there all over a library, of which each brings fifteen neighbours along, and most of them are never
// touched again. Breakpoints that a debugger wrote go with them.

// Of the library that contains this function.
void lg_release_startup_pages(void);

// Of all libraries that are loaded: of these, the loader has read the symbols and Python the parts that import modules.
void lg_release_pages_of_all_libraries(void);
