// Flags for processors and memories: how much of the machine one rank may use.
import ArgumentParser

struct ResourceFlags: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: .init("Worker threads per rank (default: all cores).", valueName: "N"),
        transform: Allowed.positive)
    var cpus: Int?

    @Option(
        parsing: .unconditional,
        help: .init("GPUs per rank (default: 0).", valueName: "N"),
        transform: Allowed.natural)
    var gpus: Int?

    @Option(
        parsing: .unconditional,
        help: .init(
            "Groups of workers per rank, one NUMA domain each; they take the place of --cpus "
                + "(default: 0).", valueName: "N"),
        transform: Allowed.natural)
    var omps: Int?

    @Option(
        parsing: .unconditional,
        help: .init("Workers in a group of --omps (default: 4).", valueName: "N"),
        transform: Allowed.natural)
    var ompthreads: Int?

    @Option(
        parsing: .unconditional,
        help: .init(
            "Cores left to the runtime's own threads where the number of workers is not given "
                + "(default: 0).", valueName: "N"),
        transform: Allowed.positive)
    var utility: Int?

    @Option(
        parsing: .unconditional,
        help: .init(
            "Ceiling for array memory in MB; it grows on demand up to there "
                + "(default: the machine's memory).", valueName: "MB"),
        transform: Allowed.megabytes)
    var sysmem: Int?

    @Option(
        parsing: .unconditional,
        help: .init(
            "MB of array memory for each NUMA domain, on top of --sysmem (default: 0).",
            valueName: "MB"),
        transform: Allowed.megabytesOrNone)
    var numamem: Int?

    @Option(
        parsing: .unconditional,
        help: .init("MB of framebuffer per GPU (default: 4000).", valueName: "MB"),
        transform: Allowed.megabytesOrNone)
    var fbmem: Int?

    @Option(
        parsing: .unconditional,
        help: .init("MB of zero-copy memory per rank (default: 32).", valueName: "MB"),
        transform: Allowed.megabytesOrNone)
    var zcmem: Int?

    @Option(
        parsing: .unconditional,
        help: .init("MB registered with the network card (default: 0).", valueName: "MB"),
        transform: Allowed.megabytesOrNone)
    var regmem: Int?

    @Option(
        parsing: .unconditional,
        help: .init("Share of memory set aside at once (default: 50).", valueName: "P"),
        transform: Allowed.percentage)
    var eagerAllocPercentage: Int?

    @Flag(
        inversion: .prefixedNo,
        help: "Use what the machine has; without it, one core (default: --auto-config).")
    var autoConfig: Bool?

    var withoutEffect: [NoEffect] {
        notes([
            ("--fbmem", fbmem != nil, NoEffect.forGPUs),
            ("--zcmem", zcmem != nil, NoEffect.forGPUs),
            (
                "--ompthreads", ompthreads != nil && omps ?? 0 == 0,
                "without --omps there are no groups"
            ),
            (
                "--omps", omps ?? 0 > 0 && ompthreads == 0,
                "groups of no threads (--ompthreads 0) do nothing"
            ),
            (
                "--cpus", cpus != nil && groupedWorkers != nil,
                "the groups of --omps are the workers"
            ),
            (
                "--utility", utility != nil && (cpus ?? groupedWorkers) != nil,
                "the number of workers is given"
            ),
            ("--regmem", regmem ?? 0 > 0, "MPI registers the memory of messages itself"),
            (
                "--eager-alloc-percentage", eagerAllocPercentage != nil,
                "memory is taken when an array needs it, none is set aside"
            ),
        ])
    }

    /// The workers of all OpenMP groups; nothing without groups.
    var groupedWorkers: Int? {
        guard let omps, omps > 0, ompthreads != 0 else { return nil }
        return omps.multipliedReportingOverflow(by: ompthreads ?? 4).partialValue
    }

    /// The ceiling for array memory in MB: `--sysmem`, and `--numamem` for each NUMA domain.
    func ceiling(domains: Int) -> Int? {
        guard sysmem != nil || numamem ?? 0 > 0 else { return nil }
        return (sysmem ?? 0) + (numamem ?? 0) * domains
    }
}
