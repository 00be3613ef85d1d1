import Yams

/// The YAML of a recipe with what the command line sets in it.
package struct RecipeText {
  /// The file's name, for messages.
  package let file: String
  /// The whole as YAML, with the changes in it.
  package let text: String

  /// Reads YAML and sets values in it.
  ///
  /// - Parameters:
  ///   - settings: `a.b=value`, the value as YAML; parts that are not there yet are made.
  /// - Throws: `file` for text that is no YAML, `invalidValue` for a setting that has no place.
  package init(_ text: String, file: String, settings: [String] = []) throws(TrainingError) {
    var root = try RecipeText.compose(text, file)
    for setting in settings {
      guard let sign = setting.firstIndex(of: "="), sign != setting.startIndex else {
        throw TrainingError(
          .invalidValue, context: "--set \(setting)", expected: "name=value, such as optimizer.learning_rate=1e-4")
      }
      let names = setting[..<sign].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      let value = try RecipeText.compose(String(setting[setting.index(after: sign)...]), "--set \(setting)")
      root = try RecipeText.set(names[...], to: value, in: root, "--set \(setting)")
    }
    self.file = file
    self.root = root
    do { self.text = try Yams.serialize(node: root) } catch {
      throw TrainingError(.file, context: file, expected: "YAML that can be written again", found: "\(error)")
    }
  }

  /// The whole, with the lines that its parts have in the file.
  let root: Node

  private static func compose(_ text: String, _ file: String) throws(TrainingError) -> Node {
    let node: Node?
    do { node = try Yams.compose(yaml: text) } catch {
      throw TrainingError(.file, context: file, expected: "YAML", found: "\(error)")
    }
    guard let node else { throw TrainingError(.file, context: file, expected: "a value", found: "nothing") }
    return node
  }

  private static func set(
    _ names: ArraySlice<String>, to value: Node, in node: Node, _ setting: String
  ) throws(TrainingError) -> Node {
    guard let name = names.first else { return value }
    if case .sequence(var sequence) = node {
      guard let index = Int(name), sequence.indices.contains(index) else {
        throw TrainingError(
          .invalidValue, context: setting, expected: "a place in a list of \(sequence.count)", found: name)
      }
      sequence[index] = try set(names.dropFirst(), to: value, in: sequence[index], setting)
      return .sequence(sequence)
    }
    var mapping: Node.Mapping
    if case .mapping(let own) = node { mapping = own } else { mapping = Node.Mapping([]) }
    let key = Node(name)
    let inner = mapping[key] ?? Node.mapping(Node.Mapping([]))
    mapping[key] = try set(names.dropFirst(), to: value, in: inner, setting)
    return .mapping(mapping)
  }
}
