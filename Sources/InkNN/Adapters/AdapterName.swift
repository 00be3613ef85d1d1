/// What an adapter is called where several are attached to one model.
package struct AdapterName: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
  package let text: String

  package init(_ text: String) { self.text = text }

  package init(stringLiteral value: String) { self.init(value) }

  package var description: String { text }
}
