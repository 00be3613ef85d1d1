/// A weight that training may change, by its name in the model.
package struct Parameter: Sendable {
  /// As the model names it, `layers.0.mixer.query.weight`.
  package let name: String
  /// The weight, f32 or bf16, with an identity for tapes. Its elements change between steps.
  package let value: Tensor

  package init(name: String, value: Tensor) {
    self.name = name
    self.value = value
  }
}
