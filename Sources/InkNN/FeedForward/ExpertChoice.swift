package import InkTensor

/// What the router of one layer decided for the rows of a step.
package struct ExpertChoice: Sendable {
  /// What the router said, [rows, experts].
  package let logits: Tensor
  /// Who goes where.
  package let assignment: ExpertAssignment

  package init(logits: Tensor, assignment: ExpertAssignment) {
    self.logits = logits
    self.assignment = assignment
  }
}

/// Observes routers: called with the number of the layer and what its router decided.
package typealias ExpertObserver = @Sendable (Int, ExpertChoice) -> Void
