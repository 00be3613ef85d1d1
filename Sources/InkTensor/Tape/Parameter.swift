/// A weight that training may change, by its name in the model.
package struct Parameter: Sendable {
  /// As the model names it, `layers.0.mixer.query.weight`.
  package let name: String
  /// The weight, with an identity for tapes. Its elements change between steps.
  package let value: Tensor
  /// What is added to a stored weight when it is loaded, and taken away when it is stored.
  package let offset: Float

  package init(name: String, value: Tensor, offset: Float = 0) {
    self.name = name
    self.value = value
    self.offset = offset
  }
}
