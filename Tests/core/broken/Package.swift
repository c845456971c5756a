// swift-tools-version: 6.0
//
// `bin/build-library Tests/core/broken` builds the library against the core that Python programs
// run (and sets LEGATE_SDK); `swift build` here builds it against the core's sources.
import PackageDescription

let sdk = Context.environment["LEGATE_SDK"]

let package = Package(
    name: "Broken",
    products: [.library(name: "Broken", targets: ["Broken"])],
    dependencies: sdk == nil ? [.package(name: "Legate", path: "../../..")] : [],
    targets: [
        .target(
            name: "Broken",
            dependencies: sdk == nil ? [.product(name: "LegateCore", package: "Legate")] : [],
            swiftSettings: [.swiftLanguageMode(.v5)]
                + (sdk.map { [.unsafeFlags(["-I", $0])] } ?? []))
    ]
)
