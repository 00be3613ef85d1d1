import InkFormats
import Testing

@Suite("Reading a model argument")
struct ModelReferenceTests {
  private static func repository(
    _ hub: HubRepository.Hub, _ organization: String, _ name: String, _ revision: String? = nil
  ) throws -> HubRepository {
    try HubRepository(hub: hub, organization: organization, name: name, revision: revision)
  }

  @Test("a word is a built-in name, a .gguf a file, a path a folder")
  func local() throws {
    #expect(try ModelReference("smollm2-135m") { _ in false } == .builtIn("smollm2-135m"))
    #expect(try ModelReference("a/b/model.GGUF") { _ in false } == .file("a/b/model.GGUF"))
    #expect(try ModelReference("./here") { _ in false } == .folder("./here"))
    #expect(try ModelReference("/abs/x") { _ in false } == .folder("/abs/x"))
    #expect(try ModelReference("org/name") { $0 == "org/name" } == .folder("org/name"))
  }

  @Test(
    "what has too many parts for a repository is a folder, whether it is there or not",
    arguments: ["runs/x/final", "a//b", "runs/", "a/b/c@main", "a/b/c/d:Q4_0"])
  func paths(text: String) throws { #expect(try ModelReference(text) { _ in false } == .folder(text)) }

  @Test("org/name takes a quantization and a revision")
  func hubs() throws {
    let plain = try Self.repository(.huggingFace, "org", "name")
    #expect(try ModelReference("org/name") { _ in false } == .repository(plain, quantization: nil))
    #expect(try ModelReference("org/name:Q4_0") { _ in false } == .repository(plain, quantization: "Q4_0"))
    let other = try Self.repository(.modelScope, "org", "na.me", "v1/x")
    #expect(try ModelReference("ms:org/na.me:Q8_0@v1/x") { _ in false } == .repository(other, quantization: "Q8_0"))
    #expect(try Self.repository(.modelScope, "a", "b").revision == "master")
    #expect(plain.revision == "main")
  }

  @Test(
    "the description is read back as the same",
    arguments: ["org/name", "ms:a/b:Q4_K_M@dev", "hf:a/b@refs/pr/1", "word"])
  func roundTrip(text: String) throws {
    let reference = try ModelReference(text) { _ in false }
    #expect(try ModelReference("\(reference)") { _ in false } == reference)
  }

  @Test(
    "what is none of these is refused",
    arguments: [
      "", "hf:a/b/c", "hf:org/", "a\u{0}/b", "org/name@", "org/name:", "org/name@../../x", "org/..", "hf:word",
      "org/na me", "org/name:Q4/0", "org/name@a b", "a\nb", "o--g/name",
    ])
  func refused(text: String) {
    let error = #expect(throws: HubError.self) { _ = try ModelReference(text) { _ in false } }
    #expect(error?.code == .invalidReference)
  }

  @Test(
    "a slip of the keys is met with the nearest name",
    arguments: ["smolm2-135m", "SMOLLM2-135M", "gema3-270m", "smollm2"])
  func nearest(name: String) {
    let error = #expect(throws: HubError.self) { _ = try ModelRegistry.builtIn.requireModel(named: name) }
    #expect(error?.code == .unknownModel)
    #expect(error?.hint.hasPrefix("Did you mean") == true)
  }

  @Test("the built-in list is sound: default first, hashes, sizes that the parts do not contradict")
  func builtIn() throws {
    let registry = ModelRegistry.builtIn
    #expect(registry.models.first?.name == ModelRegistry.defaultName)
    #expect(registry.model(named: "gemma3-270m")?.licence.terms.isEmpty == false)
    for model in registry.models {
      #expect(!model.summary.isEmpty && model.parameters > 0 && !model.files.isEmpty)
      for file in model.files {
        #expect(file.hash.hexadecimal.count == 64)
        #expect(!file.sources.isEmpty)
      }
    }
  }
}
