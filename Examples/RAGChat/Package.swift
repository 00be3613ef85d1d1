// swift-tools-version: 6.2
import PackageDescription

// A package of its own that uses Inkstone as a user's package would, from the folder two levels up.
let package = Package(
  name: "rag-chat",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "inkstone", path: "../..")],
  targets: [
    .executableTarget(name: "RAGChat", dependencies: [.product(name: "Inkstone", package: "inkstone")])
  ]
)
