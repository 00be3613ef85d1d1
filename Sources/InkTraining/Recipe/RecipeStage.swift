import InkFormats
import Yams

/// One of the runs that a recipe describes under `stages`, or its only one.
///
/// ```yaml
/// model: {path: smollm2-135m}
/// data: [{path: poems.txt}]
/// stages:
///   - name: embeddings
///     train: {freeze: ["layers.*"]}
///     steps: 100
///   - name: lora
///     train: {method: lora, rank: 8}
///     steps: 200
/// ```
///
/// What a stage says takes the place of what the recipe says under the same name. A stage begins from the model that the
/// one before left; its own folder is `stages/NAME` in that of the run, but for the last one, whose folder is the run's.
package struct RecipeStage: Sendable {
  /// What it is called; nil for the only run of a recipe.
  package let name: String?
  package let recipe: Recipe
  /// The folder of its run.
  package let folder: String
  /// What that folder keeps as its recipe.
  package let text: RecipeText
  fileprivate let end: End

  fileprivate enum End: Sendable, Hashable {
    /// The run's result is its own.
    case last
    /// Another stage begins from what it leaves; whether it begins itself from another's.
    case handsOn(isFirst: Bool)
  }

  /// Stages are named by people; more of them would be a slip.
  fileprivate static let most = 16

  /// Whether what it leaves is the result of the whole run, of which no other stage begins.
  package var isLast: Bool { end == .last }

  /// Whether its folder holds its result already, so that a run that goes on begins behind it.
  ///
  /// - Throws: `mismatch` when the result is that of another recipe; `file` when it cannot be read.
  package var isFinished: Bool {
    get throws(TrainingError) {
      guard case .handsOn(let isFirst) = end, DiskFile.isFolder("\(folder)/\(RunFiles.final)") else { return false }
      let file = "\(folder)/\(RunFiles.recipe)"
      let stored = try LineFile.bytes(file).map { String(decoding: $0, as: UTF8.self) } ?? ""
      // The place of the model before may be written in another way.
      guard try text.agrees(with: RecipeText(stored, file: file), except: isFirst ? [] : ["model"]) else {
        throw TrainingError(
          .mismatch, context: file, expected: "what the recipe says of the stage \(name ?? "")",
          found: "another recipe", hint: "Name another folder, or remove the stage's folder to train it again.")
      }
      return true
    }
  }
}

extension RecipeText {
  /// The runs that the text describes, in their order.
  ///
  /// - Parameter folder: of the whole run.
  /// - Throws: what reading recipes throws; `unsupported` for a stage that hands on what no other can begin from.
  package func stages(in folder: String) throws(TrainingError) -> [RecipeStage] {
    let (root, origin) = try composed
    guard let mapping = root.mapping, let list = mapping["stages"], !list.isNull else {
      return [RecipeStage(name: nil, recipe: try Recipe(self), folder: folder, text: self, end: .last)]
    }
    guard let elements = list.sequence, (1...RecipeStage.most).contains(elements.count) else {
      throw TrainingError(
        .invalidValue, context: origin.context(line: list.mark?.line, place: "stages"),
        expected: "a list of 1 to \(RecipeStage.most) stages", found: list.words)
    }
    var stages: [RecipeStage] = []
    for (index, element) in elements.enumerated() {
      var own = try RecipeReader(element, origin, path: "stages[\(index)]")
      let name = try stageName(&own, others: stages.compactMap(\.name))
      try refuseForeignNames(own, after: stages.last?.name)
      let node = stage(mapping, element.mapping ?? [:], begin: stages.last.map { "\($0.folder)/\(RunFiles.final)" })
      var reader = try RecipeReader(node, origin.ofStage(index), path: "")
      let recipe = try Recipe(&reader)
      let isLast = index == elements.count - 1
      if !isLast { try refuseAdapter(recipe, reader, own) }
      stages.append(
        RecipeStage(
          name: name, recipe: recipe, folder: isLast ? folder : "\(folder)/\(RunFiles.stages)/\(name)",
          text: isLast ? self : try RecipeText(serialized(node), file: file),
          end: isLast ? .last : .handsOn(isFirst: index == 0)))
    }
    return stages
  }

  /// The name of a stage, which is that of a folder.
  private func stageName(_ reader: inout RecipeReader, others: [String]) throws(TrainingError) -> String {
    guard let name = try reader.text("name"), name.utf8.count <= 64, name.utf8.allSatisfy(Self.mayNameFolder),
      !others.contains(name)
    else {
      throw reader.error("name", expected: "a name of letters, digits, - and _ that no other stage has")
    }
    return name
  }

  private static func mayNameFolder(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// Refuses what belongs to the whole, and what a stage has from the one before.
  private func refuseForeignNames(_ reader: RecipeReader, after before: String?) throws(TrainingError) {
    if reader.names.contains("stages") { throw reader.error("stages", expected: "a stage without stages") }
    guard let before else { return }
    for name in ["model", "tokenizer"] where reader.names.contains(name) {
      throw reader.error(
        name, expected: "none: a stage begins from what \(before) left",
        hint: "Name model and tokenizer beside stages.")
    }
  }

  private func refuseAdapter(
    _ recipe: Recipe, _ reader: RecipeReader, _ own: RecipeReader
  ) throws(TrainingError) {
    guard case .adapter = recipe.weights else { return }
    throw (own.names.contains("train") ? own : reader).error(
      "train", code: .unsupported, expected: "weights of the model itself in all stages but the last",
      found: "an adapter", hint: "The next stage begins from a model. Make this stage the last, or a run of its own.")
  }

  /// The recipe of a stage: the whole with what the stage says instead.
  ///
  /// - Parameter begin: the model that it begins from, if that is another stage's.
  private func stage(_ whole: Node.Mapping, _ own: Node.Mapping, begin: String?) -> Node {
    let replaced = own.compactMap { $0.key.scalar?.string } + ["stages"] + (begin == nil ? [] : ["model", "tokenizer"])
    var pairs = whole.filter { pair in !(pair.key.scalar.map { replaced.contains($0.string) } ?? false) }
      .map { ($0.key, $0.value) }
    pairs += own.filter { $0.key.scalar?.string != "name" }.map { ($0.key, $0.value) }
    if let begin {
      pairs.append((Node("model"), Node.mapping(Node.Mapping([(Node("path"), Node(begin, Tag(.str)))]))))
    }
    return .mapping(Node.Mapping(pairs))
  }
}

extension RecipeOrigin {
  /// As the origin of a stage's own recipe: what the command line set of it is set at its top.
  fileprivate func ofStage(_ index: Int) -> RecipeOrigin {
    let prefix = "stages[\(index)]."
    var own = settings.filter { !$0.key.hasPrefix("stages") }
    for (place, words) in settings where place.hasPrefix(prefix) { own[String(place.dropFirst(prefix.count))] = words }
    return RecipeOrigin(file: file, settings: own)
  }
}
