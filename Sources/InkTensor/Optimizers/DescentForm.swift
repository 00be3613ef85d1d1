/// How stochastic gradient descent finds its direction.
public enum DescentForm: Sendable, Hashable {
  /// The gradient.
  case plain
  /// A buffer of gradients that decays by `momentum` each step (Polyak, 1964).
  case heavyBall(momentum: Double)
  /// The gradient and what the buffer will add next (Nesterov; Sutskever et al., 2013).
  case nesterov(momentum: Double)
}
