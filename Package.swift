// swift-tools-version: 6.0
//
// One target per room; arrows point downward only (`bin/check-layers` compares the imports with
// this table).
import PackageDescription

// The release build is made on the machine that runs it, so it may use that machine's vector level.
// `bin/build` sets LEGATE_CPU_LEVEL after looking at /proc/cpuinfo; without it the x86-64 baseline
// is used.
let level = Context.environment["LEGATE_CPU_LEVEL"] ?? ""
let march = level.isEmpty ? [] : ["-Xcc", "-march=\(level)"]

let fast: [SwiftSetting] = [
    .swiftLanguageMode(.v5),
    .unsafeFlags(
        ["-enforce-exclusivity=unchecked", "-Xfrontend", "-function-sections"] + march,
        .when(configuration: .release)),
]

// Without it a square root is a call that may set `errno`, and its loop cannot become a vector
// loop.
let kernels =
    fast + [
        .unsafeFlags(["-Xcc", "-fno-math-errno"], .when(configuration: .release))
    ]

// The mathematical functions in C are optimised in every build, and their vector levels need the
// flags of a whole file.
#if arch(x86_64)
    let avx2 = ["-mavx2", "-mfma"]
    let avx512 = [
        "-mavx512f", "-mavx512dq", "-mavx512vl", "-mavx512bw", "-mprefer-vector-width=512",
    ]
#else
    let avx2: [String] = []
    let avx512: [String] = []
#endif
func math(_ flags: [String]) -> [CSetting] {
    [
        .headerSearchPath("../CMath"),
        .unsafeFlags(
            ["-O2", "-ffp-contract=off", "-fvisibility=hidden", "-ffunction-sections"] + flags),
    ]
}

// Only the plugin and what tests it need MPI's header; `bin/build` sets LEGATE_MPI where it is
// installed.
let hasMPI = Context.environment["LEGATE_MPI"] == "1"
let pluginProducts: [Product] =
    hasMPI ? [.library(name: "LegateMPI", type: .dynamic, targets: ["MPIPlugin"])] : []
let pluginTargets: [Target] =
    hasMPI
    ? [
        .systemLibrary(name: "CMPI", pkgConfig: "ompi-c"),
        .target(
            name: "MPIPlugin", dependencies: ["CMPI"],
            cSettings: [
                .headerSearchPath("../CPlatform/include"), .unsafeFlags(["-fvisibility=hidden"]),
            ],
            // Nothing of Swift is in it: without the first flag it would ask for the libraries of
            // Swift, without the second it would hold them, 6 MB of them.
            linkerSettings: [
                .unsafeFlags(["-static-stdlib", "-nostartfiles", "-Xlinker", "--as-needed"])
            ]),
        .executableTarget(
            name: "TransportProbe",
            dependencies: ["MPITransport", "TransportContract", "Execution"],
            path: "Tests/TransportProbe", swiftSettings: fast),
        .executableTarget(
            name: "TransportBenchmark",
            dependencies: ["MPITransport", "Execution", "Tracing", "CMPI"],
            path: "Benchmarks/Transport", swiftSettings: fast),
    ] : []

// The extension module shows Swift's own libraries to libraries that were built apart. An archive's
// symbols are hidden by `-static-stdlib`, an object's are not: `bin/build` joins the archives to
// one object.
let swiftObject = Context.environment["LEGATE_SWIFT_OBJECT"].map { [$0] } ?? []

// The order in which the module holds its functions, for a linker that takes one.
let functionOrder =
    Context.environment["LEGATE_FUNCTION_ORDER"].map {
        ["-Xlinker", "--section-ordering-file=\($0)"]
    } ?? []

// What `LegateCore` shows of other modules. Named wherever it is used, so that a change of a class's
// fields rebuilds who looks at them: the build does not look through what is shown.
let shownByCore: [Target.Dependency] = [
    "Kernels", "Launches", "Partitions", "Shapes", "Tracing",
]

let package = Package(
    name: "Legate",
    products: [
        .library(name: "LegateCore", targets: ["LegateCore"]),
        .library(name: "LegateNumPy", targets: ["NumPy"]),
        .library(name: "_legate", type: .dynamic, targets: ["PythonBridge"]),
        .library(name: "_legate_pages", type: .dynamic, targets: ["StartupPages"]),
        .executable(name: "legate-driver", targets: ["Driver"]),
        .executable(name: "legate-compiler", targets: ["CompilerProgram"]),
    ] + pluginProducts,
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
    ],
    targets: [
        .target(name: "CPlatform"),
        .target(name: "CMathAVX2", cSettings: math(avx2)),
        .target(name: "CMathAVX512", cSettings: math(avx512)),
        .target(
            name: "CMath", dependencies: ["CMathAVX2", "CMathAVX512"], exclude: ["minimax.py"],
            cSettings: math([])),
        .target(name: "CProcess"),
        .target(name: "Shapes", swiftSettings: fast),
        .target(name: "Tracing", dependencies: ["Shapes"], swiftSettings: fast),
        .target(name: "Launches", dependencies: ["Shapes", "Tracing"], swiftSettings: fast),
        .target(
            name: "Kernels", dependencies: ["Shapes", "Launches", "CPlatform", "CMath", "Tracing"],
            swiftSettings: kernels),
        .target(name: "Partitions", dependencies: ["Shapes", "Launches"], swiftSettings: fast),
        .target(
            name: "Execution", dependencies: ["Shapes", "Launches", "Tracing"], swiftSettings: fast),
        .target(
            name: "Plans",
            dependencies: ["Shapes", "Launches", "Kernels", "Partitions", "Execution", "Tracing"],
            swiftSettings: fast),
        .target(
            name: "CPUBackend", dependencies: ["Execution", "CPlatform", "Shapes", "Tracing"],
            swiftSettings: fast),
        .target(name: "LoopbackTransport", dependencies: ["Execution"], swiftSettings: fast),
        .target(name: "NullBackend", dependencies: ["Execution"], swiftSettings: fast),
        .target(
            name: "MPITransport", dependencies: ["Execution", "CPlatform", "Tracing"],
            swiftSettings: fast),
        .target(
            name: "LegateCore",
            dependencies: [
                "Plans", "CPUBackend", "NullBackend", "LoopbackTransport", "MPITransport",
                "Partitions", "Kernels", "Execution",
                "Launches", "Shapes", "Tracing", "CPlatform",
            ],
            swiftSettings: fast),
        .target(
            name: "NumPy", dependencies: ["LegateCore", "CPlatform"] + shownByCore,
            swiftSettings: fast),
        .target(
            name: "PythonBridge",
            dependencies: ["NumPy", "LegateCore", "CPlatform"] + shownByCore,
            exclude: ["exports.map", "order.txt"],
            swiftSettings: fast,
            linkerSettings: [
                .unsafeFlags(
                    [
                        "-static-stdlib", "-Xlinker", "--gc-sections",
                        "-Xlinker", "-soname=_legate.abi3.so", "-Xlinker",
                        "--version-script=\(Context.packageDirectory)/Sources/PythonBridge/exports.map",
                    ] + swiftObject + functionOrder, .when(configuration: .release))
            ]),
        .executableTarget(
            name: "LaunchBenchmark", dependencies: ["LegateCore"], path: "Benchmarks/Launches",
            swiftSettings: fast),
        .executableTarget(
            name: "Driver",
            dependencies: [
                "CProcess", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: [.swiftLanguageMode(.v5)]),
        // Nothing of Swift is in these two: without the first two flags they would ask for Swift's
        // libraries, or hold them.
        .target(
            name: "StartupPages",
            cSettings: [
                .headerSearchPath("../CPlatform/include"),
                .unsafeFlags(["-fvisibility=hidden"]),
            ],
            linkerSettings: [
                .unsafeFlags(["-nostartfiles", "-static-stdlib", "-Xlinker", "--as-needed"])
            ]),
        .executableTarget(
            name: "CompilerProgram", dependencies: ["CPlatform"],
            linkerSettings: [
                .unsafeFlags(
                    [
                        "-nostartfiles", "-static-stdlib", "-Xlinker", "--as-needed", "-Xlinker",
                        "--gc-sections",
                    ])
            ]),
        .testTarget(
            name: "CoreTests",
            dependencies: [
                "Shapes", "Tracing", "Launches", "Kernels", "Partitions", "Plans", "Execution",
                "CPUBackend", "LegateCore",
                "NumPy",
            ],
            path: "Tests/CoreTests", swiftSettings: [.swiftLanguageMode(.v5)]),
        .testTarget(
            name: "AuthorTests", dependencies: ["LegateCore", "CPlatform"],
            path: "Tests/AuthorTests", swiftSettings: [.swiftLanguageMode(.v5)]),
        .target(
            name: "TransportContract", dependencies: ["Execution"], path: "Tests/TransportContract",
            swiftSettings: fast),
        .testTarget(
            name: "TransportTests",
            dependencies: ["TransportContract", "LoopbackTransport", "Execution", "Tracing"],
            path: "Tests/TransportTests", swiftSettings: [.swiftLanguageMode(.v5)]),
        .testTarget(
            name: "CollectiveTests",
            dependencies: [
                "CPUBackend", "NumPy", "LegateCore", "LoopbackTransport", "Execution", "Launches",
                "Shapes",
            ],
            path: "Tests/CollectiveTests", swiftSettings: [.swiftLanguageMode(.v5)]),
        .testTarget(
            name: "KernelTests", dependencies: ["Kernels", "Launches", "Shapes", "CMath"],
            path: "Tests/KernelTests", exclude: ["Texts"], swiftSettings: [.swiftLanguageMode(.v5)]),
    ] + pluginTargets
)
