#pragma once
/// Number of cores in the calling process's affinity mask, or 0 where the system does not tell.
int lg_core_count(void);
