import Testing

@Suite("Import arrows")
struct ImportArrowTests {
  let repository = Repository.current
  /// Modules that come with the toolchain or the system.
  let systemModules: Set<String> = [
    "Swift", "Foundation", "FoundationEssentials", "FoundationNetworking", "Synchronization", "Dispatch", "Glibc",
    "Musl", "Darwin", "Android", "Testing",
  ]

  func page() throws -> ArchitecturePage {
    ArchitecturePage(text: try repository.text("ARCHITECTURE.md"))
  }

  @Test("every import of a source file is an arrow drawn in ARCHITECTURE.md")
  func sourceImports() throws {
    let page = try page()
    #expect(!page.targets.isEmpty, "the table under \"Targets in the tree\" was not found")
    var wrong: [String] = []
    for file in repository.files(under: "Sources", extensions: ["swift"]) {
      let allowed = page.allowed(for: file.target).union(page.allowedPackages(for: file.target)).union(systemModules)
      for (number, module) in file.imports where !allowed.contains(module) && module != file.target {
        wrong.append("\(file.path):\(number): \(file.target) -> \(module)")
      }
    }
    #expect(wrong.isEmpty, "arrows that ARCHITECTURE.md does not draw:\n\(wrong.joined(separator: "\n"))")
  }

  @Test("of the server, only the folder that makes local models knows the engine")
  func serverKnowsNoEngine() {
    let engine: Set<String> = ["InkInference", "InkModels", "InkFormats", "InkNN", "InkTensor", "InkTokenizers"]
    let files = repository.files(under: "Sources/InkServer", extensions: ["swift"])
    #expect(files.contains { $0.path.contains("/Local/") })
    let wrong = files.filter { file in
      !file.path.contains("/Local/") && file.imports.contains { engine.contains($0.module) }
    }
    #expect(wrong.isEmpty, "\(wrong.map(\.path))")
  }

  @Test("every dependency in Package.swift is an arrow drawn in ARCHITECTURE.md")
  func manifestDependencies() throws {
    let page = try page()
    let manifest = Manifest(text: try repository.text("Package.swift"))
    #expect(!manifest.targets.isEmpty)
    var wrong: [String] = []
    for target in manifest.targets where !target.isTest {
      for dependency in target.dependencies where !page.allowed(for: target.name).contains(dependency) {
        wrong.append("Package.swift: \(target.name) -> \(dependency)")
      }
    }
    #expect(wrong.isEmpty, "arrows that ARCHITECTURE.md does not draw:\n\(wrong.joined(separator: "\n"))")
  }

  @Test("the table names exactly the targets of Package.swift")
  func tableIsComplete() throws {
    let declared = Set(Manifest(text: try repository.text("Package.swift")).targets.filter { !$0.isTest }.map(\.name))
    let drawn = Set(try page().targets)
    #expect(drawn.subtracting(declared).isEmpty, "in the table, not in Package.swift")
    #expect(declared.subtracting(drawn).isEmpty, "in Package.swift, not in the table")
    #expect(Set(try repository.folders(in: "Sources")).subtracting(drawn).isEmpty, "folders without a row")
  }

  @Test("the arrows form no circle")
  func noCircle() throws {
    let page = try page()
    for target in page.targets {
      #expect(!page.allowed(for: target).contains(target), "\(target) imports itself through others")
    }
  }

  @Test("an arrow follows from rows in between, and never backwards")
  func transitiveArrows() {
    let page = ArchitecturePage(
      text: """
        ## Targets in the tree
        | target | what | imports | packages |
        |---|---|---|---|
        | `A` | . | – | – |
        | `B` | . | `A` | `Crypto` |
        | `C` | . | `B` | – |
        | `All` | . | all | – |
        ## After
        | `D` | . | `C` | – |
        """)
    #expect(page.targets == ["A", "B", "C", "All"])
    #expect(page.allowed(for: "C") == ["A", "B"])
    #expect(page.allowed(for: "All") == ["A", "B", "C"])
    #expect(page.allowed(for: "A").isEmpty)
    #expect(page.allowedPackages(for: "B") == ["Crypto"])
    #expect(page.allowedPackages(for: "C").isEmpty)
  }

  @Test(
    "imports are found whatever stands before them",
    arguments: [
      ("import InkTensor", "InkTensor"), ("public import InkTensor", "InkTensor"),
      ("  @preconcurrency package import struct InkNN.Linear", "InkNN"), ("// import InkNN", nil),
      ("let import = 1", nil),
    ])
  func findsImports(line: String, module: String?) {
    #expect(SourceFile(path: "Sources/X/Y.swift", text: line).imports.first?.module == module)
  }
}
