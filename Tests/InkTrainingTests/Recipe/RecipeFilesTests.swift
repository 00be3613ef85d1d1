import Foundation
import InkData
import InkTraining
import Testing

/// The recipes that come with the package, as people run them.
@Suite struct RecipeFilesTests {
  private static let folder: URL = {
    var root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    for _ in 0..<4 { root.deleteLastPathComponent() }
    return root.appendingPathComponent("Recipes")
  }()

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  private static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  /// The settings that a recipe's comment gives as its shortest form.
  private static func shortestForm(_ text: String) -> [String] {
    let comment = text.split(separator: "\n").prefix { $0.hasPrefix("#") }.map { $0.dropFirst() }.joined(separator: " ")
    guard let start = comment.range(of: "Shortest form:")?.upperBound else { return [] }
    let words = comment[start...].split(separator: " ").prefix { $0 == "--set" || $0.contains("=") }
    return words.filter { $0 != "--set" }.map { $0.hasSuffix(".") ? String($0.dropLast()) : String($0) }
  }

  /// The runs that a recipe describes.
  private static func recipes(_ name: String, settings: [String] = []) throws -> [Recipe] {
    let stages = try RecipeText(text(name), file: name, settings: settings).stages(in: "runs/one")
    try #require(!stages.isEmpty, "\(name) describes no run")
    return stages.map(\.recipe)
  }

  @Test("Every way to train that the package shows has a recipe")
  func tasks() throws {
    let tasks = try Set(Self.names.flatMap { try Self.recipes($0).map(\.task) })
    #expect(tasks == [.pretrain, .classify, .finetune, .embed, .regress])
  }

  @Test("A recipe is read, holds records out, and its checkpoints and evaluations lie within the run", arguments: names)
  func read(name: String) throws {
    for recipe in try Self.recipes(name) {
      guard case .steps(let steps) = recipe.length else {
        Issue.record("\(name) counts epochs")
        continue
      }
      #expect(recipe.checkpoints.every <= steps)
      #expect(recipe.evaluation.every <= steps)
      #expect(recipe.optimization.warmUpSteps < steps)
      #expect(recipe.validation != .none)
    }
  }

  @Test("A recipe's comment names a shortest form, which is a run of a few steps", arguments: names)
  func shortestForm(name: String) throws {
    let text = try Self.text(name)
    let settings = Self.shortestForm(text)
    #expect(settings.contains { $0.hasPrefix("steps=") })
    for recipe in try Self.recipes(name, settings: settings) {
      guard case .steps(let steps) = recipe.length else {
        Issue.record("\(name) counts epochs")
        continue
      }
      #expect(steps <= 5)
      // A run that is shorter than its warm-up is refused.
      #expect(recipe.optimization.warmUpSteps <= steps)
    }
  }

  @Test("A recipe reads only files that Scripts/fetch-corpora fetches", arguments: names)
  func files(name: String) throws {
    let script = Self.folder.deletingLastPathComponent().appendingPathComponent("Scripts/fetch-corpora")
    let fetched = try String(contentsOf: script, encoding: .utf8)
    let sources = try Self.recipes(name).flatMap(\.data)
    #expect(sources.contains { !$0.paths.isEmpty })
    for source in sources {
      for path in source.paths {
        let prefix = ".build/corpora/"
        #expect(path.hasPrefix(prefix))
        // The table of sums has an entry for each.
        #expect(fetched.contains("    \(path.dropFirst(prefix.count))) echo "))
      }
    }
  }

  @Test("Another key in a recipe that is right is refused by its name and place", arguments: names)
  func unknownKey(name: String) throws {
    let error = try #require(throws: TrainingError.self) {
      try Self.recipes(name, settings: ["batch.sise=3"])
    }
    #expect(error.code == .unknownKey)
    #expect(error.description.contains("batch.sise"))
    #expect(error.description.contains("size"))
  }
}
