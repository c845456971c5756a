// swift-tools-version: 6.0
//
// The heated plate in Swift: `swift run -c release Stencil [points per side] [steps]`.
import PackageDescription

let package = Package(
    name: "Stencil",
    dependencies: [.package(name: "Legate", path: "../../..")],
    targets: [
        .executableTarget(
            name: "Stencil", dependencies: [.product(name: "LegateNumPy", package: "Legate")],
            swiftSettings: [.swiftLanguageMode(.v5)])
    ]
)
