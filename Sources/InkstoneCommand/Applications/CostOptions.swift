package import ArgumentParser
import InkChains

/// What the tokens of a model cost, and how much may be paid.
package struct CostOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What a million tokens cost, read and written, in any currency: 0.15/0.6. Three numbers are for tokens read, read "
        + "from the model's cache, and written. Models of this machine cost nothing unless this says so.",
      valueName: "price"))
  package var price: PriceArgument?

  @Option(help: ArgumentHelp("The most that may be paid, in the currency of --price.", valueName: "amount"))
  package var maxCost: Double?

  package init() {}

  package func validate() throws {
    guard let maxCost else { return }
    if !(maxCost > 0 && maxCost.isFinite) {
      throw ValidationError("--max-cost: expected more than 0, found \(maxCost).")
    }
    if price == nil {
      throw ValidationError("--max-cost needs --price: what a million tokens cost, such as 0.15/0.6.")
    }
  }

  /// The price, and the most that all requests of a run may cost together.
  package var limit: CostLimit { CostLimit(most: maxCost, price: price?.price ?? .free) }
}
