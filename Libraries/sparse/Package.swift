// swift-tools-version: 6.0
//
// `bin/build-library Libraries/sparse` builds the library against the core that Python programs run (and sets LEGATE_SDK);
// `swift build` here builds it against the core's sources, as a library for Swift programs.
import PackageDescription

let isAgainstSDK = Context.environment["LEGATE_SDK"] != nil

let package = Package(
    name: "Sparse",
    products: [.library(name: "Sparse", targets: ["Sparse"])],
    dependencies: isAgainstSDK ? [] : [.package(name: "Legate", path: "../..")],
    targets: [
        .target(
            name: "Sparse",
            dependencies: isAgainstSDK ? [] : [.product(name: "LegateCore", package: "Legate")])
    ]
)
