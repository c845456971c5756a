/// Messages on standard output, one line for each replica of the task.
import Glibc
import LegateCore

func greet(_ context: TaskContext) throws {
    guard let message = try context.scalar("message").string else {
        throw CoreError(.type, "a message is a string")
    }
    // One call a line: replicas run at the same time.
    fputs("Hello from replica \(context.tile) of \(context.tileCount): \(message)\n", stdout)
    fflush(stdout)
}
