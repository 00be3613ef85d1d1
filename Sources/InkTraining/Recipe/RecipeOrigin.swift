/// Where the values of a recipe were written, for messages.
struct RecipeOrigin: Sendable {
  let file: String
  /// What the command line set, by the place that it set.
  let settings: [String: String]

  init(file: String, settings: [String: String] = [:]) {
    self.file = file
    self.settings = settings
  }

  /// The place with its line, or with the setting of the command line that it comes from.
  func context(line: Int?, place: String) -> String {
    if let setting = settings.first(where: { RecipeOrigin.lies(place, in: $0.key) }) {
      return "\(setting.value): \(place)"
    }
    let position = line.map { "\(file):\($0)" } ?? file
    return place.isEmpty ? position : "\(position): \(place)"
  }

  private static func lies(_ place: String, in outer: String) -> Bool {
    guard place.hasPrefix(outer) else { return false }
    let next = place.dropFirst(outer.count).first
    return next == nil || next == "." || next == "["
  }
}
