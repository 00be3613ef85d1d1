/// The names of one block. Lookup goes outwards; assignment stays in the innermost scope, as in Jinja.
final class TemplateScope {
  let parent: TemplateScope?
  private var names: [String] = []
  private var values: [TemplateValue] = []

  init(parent: TemplateScope?) { self.parent = parent }

  func value(of name: String) -> TemplateValue? {
    var scope: TemplateScope? = self
    while let current = scope {
      // Blocks have a handful of names, for which a search beats hashing.
      for index in current.names.indices where current.names[index] == name { return current.values[index] }
      scope = current.parent
    }
    return nil
  }

  func set(_ name: String, _ value: TemplateValue) {
    for index in names.indices where names[index] == name {
      values[index] = value
      return
    }
    names.append(name)
    values.append(value)
  }
}
