// swift-tools-version: 6.2
import Foundation
import PackageDescription

// One target a concept; the arrows between targets are the ones drawn in ARCHITECTURE.md, and a test reads
// this manifest to hold them. Settings are the same for every Swift target and are set in one loop below.

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
  .product(name: "NIOHTTP1", package: "swift-nio"),
]
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let tracing: Target.Dependency = .product(name: "Tracing", package: "swift-distributed-tracing")
let memoryTracing: Target.Dependency = .product(name: "InMemoryTracing", package: "swift-distributed-tracing")
let hummingbird: [Target.Dependency] = [
  .product(name: "Hummingbird", package: "hummingbird"), .product(name: "HummingbirdCore", package: "hummingbird"),
  .product(name: "HTTPTypes", package: "swift-http-types"),
]
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let serving: [Target.Dependency] =
  hummingbird + nio + [
    crypto, logging, yams, tracing, .product(name: "Instrumentation", package: "swift-distributed-tracing"),
    .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
  ]
let hub: [Target.Dependency] =
  [
    asyncHTTPClient, crypto,
    .product(name: "Subprocess", package: "swift-subprocess"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
  ] + nio

/// The data folders of a test target, which tests read where they lie; only those that exist may be excluded.
func fixtures(_ target: String, _ names: String...) -> [String] {
  let folder = Context.packageDirectory + "/Tests/" + target + "/"
  return (["Fixtures"] + names).filter { FileManager.default.fileExists(atPath: folder + $0) }
}

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
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    .target(name: "CInkKernels"),
    .target(name: "CInkPage", exclude: ["Page"]),
    .target(name: "InkTensor", dependencies: ["CInkKernels"]),
    .target(name: "InkNN", dependencies: ["InkTensor"]),
    .target(name: "InkArchive", dependencies: ["InkTensor"]),
    .target(name: "InkFormats", dependencies: ["InkTensor", "InkArchive"] + hub),
    .target(name: "InkTokenizers"),
    .target(name: "InkModels", dependencies: ["InkNN", "InkFormats", "InkTensor"]),
    .target(name: "InkAdapters", dependencies: ["InkNN", "InkFormats", "InkTensor"]),
    .target(name: "InkData", dependencies: ["InkTokenizers", "InkArchive"]),
    .target(
      name: "InkTraining",
      dependencies: ["InkModels", "InkAdapters", "InkData", "InkFormats", "InkNN", "InkTensor", "InkTokenizers", yams]),
    .target(name: "InkChat"),
    .target(
      name: "InkInference",
      dependencies: ["InkModels", "InkFormats", "InkNN", "InkTensor", "InkTokenizers", "InkChat"]),
    .target(name: "InkEvaluation", dependencies: ["InkChat"]),
    .target(name: "InkIndex", dependencies: ["CInkKernels", "InkTensor"]),
    .target(name: "InkRetrieval", dependencies: ["InkChat", "InkIndex", "InkArchive", crypto, grdb]),
    .target(name: "InkPostgres", dependencies: ["InkRetrieval", "InkIndex", crypto] + nio),
    .target(name: "InkChains", dependencies: ["InkChat", "InkRetrieval", grdb, sqlite, tracing]),
    .target(name: "InkRemote", dependencies: ["InkChat", asyncHTTPClient] + nio),
    .target(
      name: "InkServer",
      dependencies: ["InkChat", "InkRetrieval", "InkInference", "InkRemote", "CInkPage"] + serving),
    .target(
      name: "Inkstone",
      dependencies: [
        "InkTensor", "InkNN", "InkFormats", "InkTokenizers", "InkModels", "InkAdapters", "InkData", "InkTraining",
        "InkChat", "InkInference", "InkEvaluation", "InkIndex", "InkRetrieval", "InkPostgres", "InkChains",
        "InkRemote", "InkServer",
      ]),
    .executableTarget(
      name: "InkstoneCommand",
      dependencies: [
        "InkTensor", "InkNN", "InkFormats", "InkTokenizers", "InkModels", "InkAdapters", "InkData", "InkTraining",
        "InkChat", "InkInference", "InkEvaluation", "InkIndex", "InkRetrieval", "InkPostgres", "InkChains",
        "InkRemote", "InkServer", argumentParser, asyncHTTPClient, logging,
      ]),
    .target(name: "InkTesting", dependencies: ["InkChat", "InkArchive", "InkTensor"]),

    .testTarget(
      name: "InkTensorTests", dependencies: ["InkTensor", "CInkKernels", "InkTesting"],
      exclude: fixtures("InkTensorTests")),
    .testTarget(
      name: "InkArchiveTests", dependencies: ["InkArchive", "InkTensor", "InkTesting"],
      exclude: fixtures("InkArchiveTests")),
    .testTarget(
      name: "InkFormatsTests",
      dependencies: ["InkFormats", "InkArchive", "InkTensor", "InkTesting", crypto] + nio,
      exclude: fixtures("InkFormatsTests")),
    .testTarget(
      name: "InkTokenizersTests", dependencies: ["InkTokenizers", "InkChat"], exclude: fixtures("InkTokenizersTests")),
    .testTarget(
      name: "InkModelsTests", dependencies: ["InkModels", "InkFormats", "InkNN", "InkTensor"],
      exclude: fixtures("InkModelsTests")),
    .testTarget(
      name: "InkAdaptersTests",
      dependencies: ["InkAdapters", "InkModels", "InkNN", "InkFormats", "InkTensor"],
      exclude: fixtures("InkAdaptersTests")),
    .testTarget(
      name: "InkDataTests", dependencies: ["InkData", "InkTokenizers"], exclude: fixtures("InkDataTests")),
    .testTarget(
      name: "InkTrainingTests",
      dependencies: [
        "InkTraining", "InkModels", "InkAdapters", "InkData", "InkFormats", "InkNN", "InkTensor", "InkTokenizers",
        "InkTesting",
      ], exclude: fixtures("InkTrainingTests")),
    .testTarget(name: "InkChatTests", dependencies: ["InkChat"]),
    .testTarget(
      name: "InkInferenceTests",
      dependencies: [
        "InkInference", "InkModels", "InkFormats", "InkNN", "InkTokenizers", "InkChat", "InkTensor", "InkTesting",
      ], exclude: fixtures("InkInferenceTests")),
    .testTarget(name: "InkEvaluationTests", dependencies: ["InkEvaluation", "InkChat"]),
    .testTarget(
      name: "InkIndexTests", dependencies: ["InkIndex", "InkTensor"], exclude: fixtures("InkIndexTests")),
    .testTarget(
      name: "InkRetrievalTests", dependencies: ["InkRetrieval", "InkArchive", "InkIndex", "InkChat", "InkTesting"],
      exclude: fixtures("InkRetrievalTests")),
    .testTarget(name: "InkPostgresTests", dependencies: ["InkPostgres", "InkRetrieval", "InkIndex"] + nio),
    .testTarget(
      name: "InkChainsTests",
      dependencies: ["InkChains", "InkRetrieval", "InkChat", "InkTesting", tracing, memoryTracing],
      exclude: fixtures("InkChainsTests")),
    .testTarget(
      name: "InkstoneCommandTests",
      dependencies: [
        "InkstoneCommand", "InkChains", "InkChat", "InkFormats", "InkTensor", "InkTokenizers", "InkModels",
        "InkAdapters", "InkInference", "InkEvaluation", "InkTraining", "InkRemote", "InkTesting", argumentParser,
      ], exclude: fixtures("InkstoneCommandTests", "Snapshots")),
    .testTarget(
      name: "InkRemoteTests", dependencies: ["InkRemote", "InkChat", "InkTesting", asyncHTTPClient] + hummingbird + nio),
    .testTarget(
      name: "InkServerTests",
      dependencies: [
        "InkServer", "InkRemote", "InkChat", "InkInference", "InkTensor", "InkTesting", asyncHTTPClient, logging,
        tracing, memoryTracing,
        .product(name: "HummingbirdTesting", package: "hummingbird"),
      ] + hummingbird + nio),
    .testTarget(name: "ArchitectureTests"),
  ]
)

for target in package.targets where !target.name.hasPrefix("C") {
  var settings = target.swiftSettings ?? []
  settings += [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
  ]
  target.swiftSettings = settings
}
