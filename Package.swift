// swift-tools-version: 6.2
import PackageDescription

// One target a concept; the arrows between targets are the ones drawn in ARCHITECTURE.md, and a test reads
// this manifest to hold them. Settings are the same for every Swift target and are set in one loop below.

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
  name: "inkstone",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "InkTokenizers", targets: ["InkTokenizers"]),
    .library(name: "InkInference", targets: ["InkInference"]),
    .library(name: "Inkstone", targets: ["Inkstone"]),
    .executable(name: "inkstone", targets: ["InkstoneCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    .target(name: "CInkKernels"),
    .target(name: "InkTensor", dependencies: ["CInkKernels"]),
    .target(name: "InkNN", dependencies: ["InkTensor"]),
    .target(name: "InkFormats", dependencies: ["InkTensor", httpClient, crypto]),
    .target(name: "InkTokenizers"),
    .target(name: "InkModels", dependencies: ["InkNN", "InkFormats", "InkTensor"]),
    .target(name: "InkChat"),
    .target(
      name: "InkInference",
      dependencies: ["InkModels", "InkFormats", "InkNN", "InkTensor", "InkTokenizers", "InkChat"]),
    .target(name: "InkEvaluation", dependencies: ["InkChat"]),
    .target(
      name: "Inkstone",
      dependencies: [
        "InkTensor", "InkNN", "InkFormats", "InkTokenizers", "InkModels", "InkChat", "InkInference", "InkEvaluation",
      ]),
    .executableTarget(
      name: "InkstoneCommand",
      dependencies: [
        "InkTensor", "InkNN", "InkFormats", "InkTokenizers", "InkModels", "InkChat", "InkInference", "InkEvaluation",
        argumentParser,
      ]),
    .target(name: "InkTesting", dependencies: ["InkTensor", "InkNN", "InkFormats", "InkModels", "InkChat"]),

    .testTarget(name: "InkTensorTests", dependencies: ["InkTensor", "CInkKernels"]),
    .testTarget(name: "InkFormatsTests", dependencies: ["InkFormats", "InkTensor"]),
    .testTarget(name: "InkTokenizersTests", dependencies: ["InkTokenizers"]),
    .testTarget(name: "InkModelsTests", dependencies: ["InkModels", "InkFormats", "InkNN", "InkTensor", "InkTesting"]),
    .testTarget(
      name: "InkInferenceTests",
      dependencies: ["InkInference", "InkModels", "InkFormats", "InkTokenizers", "InkChat", "InkTensor", "InkTesting"]),
    .testTarget(name: "InkEvaluationTests", dependencies: ["InkEvaluation", "InkChat", "InkTesting"]),
    .testTarget(name: "InkstoneCommandTests", dependencies: ["InkstoneCommand"]),
    .testTarget(name: "ArchitectureTests"),
  ]
)

for target in package.targets where target.name != "CInkKernels" {
  var settings = target.swiftSettings ?? []
  settings += [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
  ]
  target.swiftSettings = settings
}
