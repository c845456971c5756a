// LegateCore
