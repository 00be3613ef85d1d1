import Yams

/// The YAML of a recipe, and what the command line sets in it.
package struct RecipeText: Sendable {
  /// The file's name, for messages.
  package let file: String
  /// The whole as YAML with the settings in it: what a run keeps, so that it can be told what it was.
  package let text: String
  private let written: String
  private let settings: [Setting]

  /// A value of the command line and where it goes.
  private struct Setting {
    let names: [String]
    let value: String
    /// As it was given, for messages.
    let words: String
  }

  /// Texts that are longer are no recipes.
  private static let longest = 1 << 20

  /// Reads YAML and sets values in it.
  ///
  /// - Parameters:
  ///   - settings: `a.b=value`, the value as YAML; `data.0.path=x` for an element of a list. Parts that are not
  ///     there yet are made.
  /// - Throws: `file` for text that is no YAML, `invalidValue` for a setting that has no place.
  package init(_ text: String, file: String, settings: [String] = []) throws(TrainingError) {
    self.file = file
    written = text
    var split: [Setting] = []
    for setting in settings { split.append(try RecipeText.split(setting)) }
    self.settings = split
    let root = try RecipeText.compose(text, split, RecipeOrigin(file: file)).root
    self.text = try RecipeText.serialized(root, file: file)
  }

  private static func serialized(_ node: Node, file: String) throws(TrainingError) -> String {
    do { return try Yams.serialize(node: node) } catch {
      throw TrainingError(.file, context: file, expected: "YAML that can be written again", found: "\(error)")
    }
  }

  /// A part of the text as YAML of its own.
  func serialized(_ node: Node) throws(TrainingError) -> String { try RecipeText.serialized(node, file: file) }

  /// The whole with the settings in it, and where its values come from.
  var composed: (root: Node, origin: RecipeOrigin) {
    get throws(TrainingError) { try RecipeText.compose(written, settings, RecipeOrigin(file: file)) }
  }

  /// Whether two texts say the same but for some names at the top.
  func agrees(with other: RecipeText, except names: Set<String>) throws(TrainingError) -> Bool {
    func rest(_ text: RecipeText) throws(TrainingError) -> [String: Node] {
      var values: [String: Node] = [:]
      for (key, value) in try text.composed.root.mapping ?? [:] {
        guard let name = key.scalar?.string, !names.contains(name) else { continue }
        values[name] = value
      }
      return values
    }
    return try rest(self) == rest(other)
  }

  /// The values, with the lines of the text as it was written.
  var reader: RecipeReader {
    get throws(TrainingError) {
      let (root, origin) = try composed
      return try RecipeReader(root, origin, path: "")
    }
  }

  private static func split(_ setting: String) throws(TrainingError) -> Setting {
    let words = "--set \(setting)"
    guard let sign = setting.firstIndex(of: "="), sign != setting.startIndex else {
      throw TrainingError(
        .invalidValue, context: words, expected: "name=value, such as optimizer.learning_rate=1e-4")
    }
    let names = setting[..<sign].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard names.count <= 16, names.allSatisfy({ !$0.isEmpty }) else {
      throw TrainingError(.invalidValue, context: words, expected: "at most 16 names with one dot between two")
    }
    return Setting(names: names, value: String(setting[setting.index(after: sign)...]), words: words)
  }

  private static func compose(
    _ text: String, _ settings: [Setting], _ origin: RecipeOrigin
  ) throws(TrainingError) -> (root: Node, origin: RecipeOrigin) {
    var root = try compose(text, origin.file)
    var places: [String: String] = [:]
    for setting in settings {
      let value = try compose(setting.value, setting.words)
      var place = ""
      root = try set(setting.names[...], to: value, in: root, setting, &place)
      places[place] = setting.words
    }
    return (root, RecipeOrigin(file: origin.file, settings: places))
  }

  private static func compose(_ text: String, _ place: String) throws(TrainingError) -> Node {
    guard text.utf8.count <= longest else {
      throw TrainingError(
        .file, context: place, expected: "a recipe of at most \(longest) bytes", found: "\(text.utf8.count)")
    }
    let node: Node?
    do { node = try Yams.compose(yaml: text) } catch let error as YamlError {
      throw TrainingError(error, place: place)
    } catch { throw TrainingError(.invalidValue, context: place, expected: "YAML", found: "\(error)") }
    guard let node else { throw TrainingError(.invalidValue, context: place, expected: "a value", found: "nothing") }
    return node
  }

  private static func set(
    _ names: ArraySlice<String>, to value: Node, in node: Node, _ setting: Setting, _ place: inout String
  ) throws(TrainingError) -> Node {
    guard let name = names.first else { return value }
    switch node {
    case .sequence(var sequence):
      guard let index = Int(name), sequence.indices.contains(index) else {
        throw TrainingError(
          .invalidValue, context: setting.words, expected: "a place in a list of \(sequence.count), from 0",
          found: "\"\(name)\"")
      }
      place += "[\(index)]"
      sequence[index] = try set(names.dropFirst(), to: value, in: sequence[index], setting, &place)
      return .sequence(sequence)
    case .mapping, .scalar, .alias:
      var mapping = node.mapping ?? Node.Mapping([])
      guard node.mapping != nil || node.isNull else {
        throw TrainingError(
          .invalidValue, context: setting.words, expected: "a part with names at \"\(place)\"", found: node.words)
      }
      place += place.isEmpty ? name : ".\(name)"
      let key = Node(name)
      let inner = mapping[key] ?? Node.mapping(Node.Mapping([]))
      mapping[key] = try set(names.dropFirst(), to: value, in: inner, setting, &place)
      return .mapping(mapping)
    }
  }
}

extension TrainingError {
  fileprivate init(_ error: YamlError, place: String) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let reason = context.map { "\(problem) (\($0.text))" } ?? problem
      // The parser's sentences begin as ours go on.
      self.init(
        .invalidValue, context: "\(place):\(mark.line)", expected: "YAML",
        found: reason.hasPrefix("found ") ? String(reason.dropFirst(6)) : reason,
        hint: reason.contains("tab character") ? "Indent with blanks." : "")
    case .duplicatedKeysInMapping(let duplicates, let context):
      self.init(
        .invalidValue, context: "\(place):\(context.mark.line)", expected: "every name once",
        found: "\(duplicates.joined(separator: ", ")) more than once")
    case .reader(let problem, _, _, _): self.init(.invalidValue, context: place, expected: "YAML", found: problem)
    case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      self.init(.invalidValue, context: place, expected: "YAML", found: "\(error)")
    }
  }
}
