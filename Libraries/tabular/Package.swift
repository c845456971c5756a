// swift-tools-version: 6.0
//
// `bin/build-library Libraries/tabular` builds the library against the core that Python programs
// run (and sets LEGATE_SDK); `swift build` here builds it against the core's sources, as a library
// for Swift programs.
import PackageDescription

let sdk = Context.environment["LEGATE_SDK"]

let package = Package(
    name: "Tabular",
    products: [.library(name: "Tabular", targets: ["Tabular"])],
    dependencies: sdk == nil ? [.package(name: "Legate", path: "../..")] : [],
    targets: [
        .target(
            name: "Tabular",
            dependencies: sdk == nil ? [.product(name: "LegateCore", package: "Legate")] : [],
            swiftSettings: [.swiftLanguageMode(.v5)]
                + (sdk.map { [.unsafeFlags(["-I", $0])] } ?? []))
    ]
)
