/// Joins the steps in the braces of a ``Chain``, so that the compiler checks that each takes what the one before it
/// makes.
@resultBuilder
public enum ChainBuilder {
  /// The first step.
  public static func buildPartialBlock<First: Step>(first: First) -> First { first }

  /// One more step, which takes the output of those before it.
  public static func buildPartialBlock<Head: Step, Next: Step>(
    accumulated: Head, next: Next
  ) -> Then<Head, Next> where Head.Output == Next.Input {
    Then(accumulated, next)
  }
}
