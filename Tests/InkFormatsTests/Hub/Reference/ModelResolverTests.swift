import Foundation
import InkFormats
import Testing

@Suite("Resolving a model")
struct ModelResolverTests {
  private static let quants = ServedModel(files: [
    ("M-Q4_0.gguf", ServedModel.noise(3000, seed: 2), true),
    ("M-Q8_0-00001-of-00002.gguf", ServedModel.noise(10, seed: 3), true),
    ("M-Q8_0-00002-of-00002.gguf", ServedModel.noise(11, seed: 4), true), ("README.md", [1], false),
  ])
  private static let folder = ServedModel(files: [
    ("config.json", Array("{}".utf8), false),
    (
      "model.safetensors.index.json",
      Array(#"{"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}"#.utf8), false
    ),
    ("model-1.safetensors", ServedModel.noise(100, seed: 5), true),
    ("model-2.safetensors", ServedModel.noise(100, seed: 6), true), ("pytorch_model.bin", ServedModel.noise(9), true),
  ])

  private func resolver(_ world: borrowing HubWorld, _ registry: ModelRegistry = .builtIn) -> ModelResolver {
    ModelResolver(configuration: world.configuration, registry: registry, clock: world.clock)
  }

  /// A registry with one model whose file lies in a repository of the test server.
  private static func registry(_ sources: [BuiltInModel.Source]? = nil, hash: String? = nil) throws -> ModelRegistry {
    let content = quants.files[0].bytes
    let repository = try HubRepository(
      hub: .huggingFace, organization: "org", name: "name", revision: ServedModel.commit)
    return ModelRegistry(models: [
      BuiltInModel(
        name: "tiny", summary: "A test", parameters: 1, licence: .init(name: "MIT", terms: "be kind"),
        files: [
          .init(
            name: "tiny.gguf", size: UInt64(content.count), hash: .sha256(hash ?? ServedModel.sha256(content)),
            sources: sources ?? [.hub(repository, path: "M-Q4_0.gguf")])
        ])
    ])
  }

  @Test("org/name:quant fetches that file only; afterwards nobody is asked")
  func quantization() async throws {
    try await TestHTTPServer.run(Self.quants.answer()) { server in
      let world = try HubWorld(server: server)
      let reference = try ModelReference("org/name:Q8_0") { _ in false }
      let model = try await resolver(world).resolve(reference)
      let place = world.folder + "/hf/models--org--name/snapshots/\(ServedModel.commit)/"
      #expect(
        model.content == .gguf([place + "M-Q8_0-00001-of-00002.gguf", place + "M-Q8_0-00002-of-00002.gguf"]))
      #expect(server.requests.count == 3)
      #expect(try await resolver(world).resolve(reference) == model)
      #expect(try await resolver(world).resolve(reference, fetching: .never) == model)
      #expect(server.requests.count == 3)
    }
  }

  @Test("without a quantization the answer does not depend on what was fetched before")
  func independentOfCache() async throws {
    try await TestHTTPServer.run(Self.quants.answer()) { server in
      let world = try HubWorld(server: server)
      _ = try await resolver(world).resolve(try ModelReference("org/name:Q8_0") { _ in false })
      let plain = try ModelReference("org/name") { _ in false }
      guard case .gguf(let paths) = try await resolver(world).resolve(plain).content else {
        Issue.record("another kind of model")
        return
      }
      #expect(paths.count == 1)
      #expect(paths.first?.hasSuffix("M-Q4_0.gguf") == true)
      #expect(server.requests.count { $0.path.contains("/api/") } == 2)
    }
  }

  @Test("a folder fetches safetensors and settings, not the pickle")
  func wholeFolder() async throws {
    try await TestHTTPServer.run(Self.folder.answer()) { server in
      let world = try HubWorld(server: server)
      let model = try await resolver(world).resolve(try ModelReference("org/name") { _ in false })
      #expect(model.content == .folder(world.folder + "/hf/models--org--name/snapshots/\(ServedModel.commit)"))
      #expect(!server.requests.contains { $0.path.contains("pytorch_model") })
      #expect(server.requests.count == 5)
    }
  }

  @Test("a copy that misses a shard is not taken for whole")
  func missingShard() async throws {
    try await TestHTTPServer.run(Self.folder.answer()) { server in
      let world = try HubWorld(server: server)
      let reference = try ModelReference("org/name") { _ in false }
      guard case .folder(let path) = try await resolver(world).resolve(reference).content else {
        Issue.record("another kind of model")
        return
      }
      try FileManager.default.removeItem(atPath: path + "/model-2.safetensors")
      let error = await #expect(throws: HubError.self) {
        _ = try await resolver(world).resolve(reference, fetching: .never)
      }
      #expect(error?.code == .offline)
      _ = try await resolver(world).resolve(reference)
      #expect(FileManager.default.fileExists(atPath: path + "/model-2.safetensors"))
    }
  }

  @Test("when the hub fails later on, the copy on the disk serves and an event says so")
  func cachedCopy() async throws {
    let answer: TestHTTPServer.Answer = { request, tries in
      tries > 0 && request.path.contains("/api/") ? .status(503) : Self.quants.answer()(request, tries)
    }
    try await TestHTTPServer.run(answer) { server in
      let world = try HubWorld(server: server)
      let reference = try ModelReference("org/name:Q4_0") { _ in false }
      let first = try await resolver(world).resolve(reference)
      let second = try await resolver(world).resolve(reference, fetching: .always, events: world.events.handler)
      #expect(first == second)
      #expect(world.events.all.contains { if case .usingCachedCopy = $0 { true } else { false } })
    }
  }

  @Test("a built-in model is fetched once, shows its licence, and keeps a receipt")
  func builtIn() async throws {
    try await TestHTTPServer.run(Self.quants.answer()) { server in
      let world = try HubWorld(server: server)
      let resolver = resolver(world, try Self.registry())
      let model = try await resolver.resolve(.builtIn("tiny"), events: world.events.handler)
      let path = world.folder + "/ink/models/tiny/tiny.gguf"
      #expect(model.content == .gguf([path]))
      #expect(world.events.all.contains(.licence(model: "tiny", licence: "MIT", terms: "be kind")))
      let receipt = try #require(ModelReceipt.read(for: path))
      #expect(receipt.hash == ServedModel.sha256(Self.quants.files[0].bytes))
      #expect(receipt.source.contains("org/name"))
      _ = try await resolver.resolve(.builtIn("tiny"), fetching: .never)
      #expect(server.requests.count == 1)
    }
  }

  @Test("a file without a receipt, or of another length, is fetched anew")
  func noReceipt() async throws {
    try await TestHTTPServer.run(Self.quants.answer()) { server in
      let world = try HubWorld(server: server)
      let resolver = resolver(world, try Self.registry())
      let path = world.folder + "/ink/models/tiny/tiny.gguf"
      _ = try await resolver.resolve(.builtIn("tiny"))
      try FileManager.default.removeItem(atPath: path + ".receipt.json")
      _ = try await resolver.resolve(.builtIn("tiny"))
      try Data([1]).write(to: URL(filePath: path))
      _ = try await resolver.resolve(.builtIn("tiny"))
      #expect(FileManager.default.contents(atPath: path) == Data(Self.quants.files[0].bytes))
      #expect(server.requests.count == 3)
    }
  }

  @Test("the next source is tried when one fails, and all are named when all fail")
  func sources() async throws {
    try await TestHTTPServer.run(Self.quants.answer()) { server in
      var world = try HubWorld(server: server)
      world.configuration.packageIndex = .init(python: "no-such-python", environment: ["PATH": "/usr/bin"])
      let repository = try HubRepository(
        hub: .huggingFace, organization: "org", name: "name", revision: ServedModel.commit)
      let package = BuiltInModel.Source.packageIndex([.init(package: "p", version: "1", member: "m")])
      let good = resolver(world, try Self.registry([package, .hub(repository, path: "M-Q4_0.gguf")]))
      _ = try await good.resolve(.builtIn("tiny"), events: world.events.handler)
      #expect(world.events.all.contains { if case .sourceFailed = $0 { true } else { false } })
      try FileManager.default.removeItem(atPath: world.folder + "/ink/models")
      let bad = resolver(world, try Self.registry([package, .hub(repository, path: "none.gguf")]))
      let error = await #expect(throws: HubError.self) { _ = try await bad.resolve(.builtIn("tiny")) }
      #expect(error?.code == .packageIndex)
      #expect(error?.hint.contains("404") == true)
    }
  }

  @Test("a built-in model with a wrong hash is refused")
  func builtInHash() async throws {
    try await TestHTTPServer.run(Self.quants.answer()) { server in
      let world = try HubWorld(server: server)
      let resolver = resolver(world, try Self.registry(hash: ServedModel.sha256([0])))
      let error = await #expect(throws: HubError.self) { _ = try await resolver.resolve(.builtIn("tiny")) }
      #expect(error?.code == .hashMismatch)
      #expect(world.visiblePaths.isEmpty)
    }
  }

  @Test("offline, a missing model says how to fetch it", arguments: ["smollm2-135m", "org/name"])
  func offline(name: String) async throws {
    var world = try HubWorld()
    world.configuration.network = .offline
    let reference = try ModelReference(name) { _ in false }
    let error = await #expect(throws: HubError.self) { _ = try await resolver(world).resolve(reference) }
    #expect(error?.code == .offline)
    #expect(error?.hint.contains("inkstone pull") == true)
  }

  @Test("local files and folders are found, with their shards, or refused by name")
  func local() async throws {
    let world = try HubWorld()
    let names = [
      "a-00001-of-00002.gguf", "a-00002-of-00002.gguf", "b.gguf", "f/config.json", "f/model.safetensors", "e/x.txt",
    ]
    for name in names {
      let url = URL(filePath: world.folder + "/" + name)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data([1]).write(to: url)
    }
    let place = world.folder + "/"
    let resolver = resolver(world)
    let shards = try await resolver.resolve(try ModelReference(place + "a-00001-of-00002.gguf"))
    #expect(shards.content == .gguf([place + "a-00001-of-00002.gguf", place + "a-00002-of-00002.gguf"]))
    #expect(try await resolver.resolve(try ModelReference(place + "b.gguf")).content == .gguf([place + "b.gguf"]))
    #expect(try await resolver.resolve(try ModelReference(place + "f/")).content == .folder(place + "f"))
    for (name, code) in [("none.gguf", HubError.Code.notFound), ("e", .noMatchingFile), ("none", .notFound)] {
      let error = await #expect(throws: HubError.self) {
        _ = try await resolver.resolve(try ModelReference(place + name))
      }
      #expect(error?.code == code)
    }
  }

  @Test("cached models are listed and removed, and nothing outside the caches is")
  func cachedModels() async throws {
    try await TestHTTPServer.run(Self.quants.answer()) { server in
      let world = try HubWorld(server: server)
      let resolver = resolver(world, try Self.registry())
      _ = try await resolver.resolve(.builtIn("tiny"))
      _ = try await resolver.resolve(try ModelReference("org/name:Q4_0") { _ in false })
      let found = resolver.listCached()
      #expect(found.map(\.name) == ["tiny", "org/name"])
      #expect(found.map(\.place) == [.builtIn, .hub(.huggingFace)])
      #expect(found.allSatisfy { $0.bytes >= 3000 })
      for model in found { try resolver.remove(model) }
      #expect(resolver.listCached().isEmpty)
      #expect(world.visiblePaths.isEmpty)
    }
  }
}
