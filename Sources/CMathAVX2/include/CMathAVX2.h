// Nothing is called by name: the table is found by CMath's dispatch.
#pragma once
