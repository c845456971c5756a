// LoopbackTransport
