package import InkChains

/// What tokens cost, and how much may be paid.
package struct CostLimit: Sendable, Equatable {
  /// The most that may be paid; nil sets no limit.
  package var most: Double?
  /// What tokens cost.
  package var price: TokenPrice

  /// A limit.
  package init(most: Double? = nil, price: TokenPrice = .free) {
    self.most = most
    self.price = price
  }

  /// A meter at nothing that holds requests to the limit, all that are counted by it together.
  package var meter: BudgetMeter { BudgetMeter(Budget(money: most), price: price) }
}
