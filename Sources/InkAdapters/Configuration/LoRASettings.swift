/// Settings of LoRA and the methods that are made like it.
public struct LoRASettings: Sendable, Hashable {
  /// What the change is multiplied with.
  public enum Scaling: Sendable, Hashable {
    /// alpha / rank.
    case byRank
    /// alpha / √rank (Kalajdzievski, 2023, "rsLoRA").
    case byRootOfRank
  }

  /// What the change is.
  public enum Form: Sendable, Hashable {
    /// A sum with the weights.
    case sum
    /// A change of the directions of the rows, with trained lengths (Liu et al., 2024, "DoRA").
    case decomposed
  }

  /// Which biases of the base are trained with it.
  public enum Biases: String, Sendable, Hashable {
    /// None.
    case none
    /// All of them.
    case all
    /// Those of the changed modules.
    case changed = "lora_only"
  }

  /// Modules that are changed: the ends of their names, or `all-linear`.
  public var targets: [String]
  /// The rank where no pattern says otherwise.
  public var rank: Int
  /// The numerator of the scale where no pattern says otherwise.
  public var alpha: Float
  /// The share of inputs that is dropped while training.
  public var dropout: Float
  /// Ranks of modules with such names; the first that fits counts.
  public var rankPattern: [(pattern: ModulePattern, rank: Int)]
  /// Numerators for modules with such names; the first that fits counts.
  public var alphaPattern: [(pattern: ModulePattern, alpha: Float)]
  /// What the change is multiplied with.
  public var scaling: Scaling
  /// What the change is.
  public var form: Form
  /// Which biases are trained with it.
  public var biases: Biases

  /// Settings; those that are left out are PEFT's.
  public init(
    targets: [String], rank: Int = 8, alpha: Float = 8, dropout: Float = 0, scaling: Scaling = .byRank,
    form: Form = .sum, biases: Biases = .none
  ) {
    self.targets = targets
    self.rank = rank
    self.alpha = alpha
    self.dropout = dropout
    self.rankPattern = []
    self.alphaPattern = []
    self.scaling = scaling
    self.form = form
    self.biases = biases
  }

  /// The rank of a module.
  public func rank(of module: String) -> Int { rankPattern.first { $0.pattern.fits(module) }?.rank ?? rank }

  /// What the change of a module is multiplied with when it has this rank.
  public func scale(of module: String, rank: Int) -> Float {
    let alpha = alphaPattern.first { $0.pattern.fits(module) }?.alpha ?? alpha
    switch scaling {
    case .byRank: return alpha / Float(rank)
    case .byRootOfRank: return alpha / Float(rank).squareRoot()
    }
  }

  /// What a product with singular values (AdaLoRA) is multiplied with: PEFT adds so much to the rank it began with before
  /// it divides by that, whatever of it remained.
  var singularScale: Float { alpha / (Float(rank) + 1e-5) }

  public static func == (left: LoRASettings, right: LoRASettings) -> Bool {
    left.targets == right.targets && left.rank == right.rank && left.alpha == right.alpha
      && left.dropout == right.dropout && left.scaling == right.scaling && left.form == right.form
      && left.biases == right.biases && left.rankPattern.map(\.pattern) == right.rankPattern.map(\.pattern)
      && left.rankPattern.map(\.rank) == right.rankPattern.map(\.rank)
      && left.alphaPattern.map(\.pattern) == right.alphaPattern.map(\.pattern)
      && left.alphaPattern.map(\.alpha) == right.alphaPattern.map(\.alpha)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(targets)
    hasher.combine(rank)
    hasher.combine(alpha)
    hasher.combine(rankPattern.map(\.pattern))
  }
}

/// The end of a module's name, or with `^` before it the whole of it, as the keys of `rank_pattern`.
public struct ModulePattern: Sendable, Hashable {
  /// As it is written.
  public let text: String

  /// A pattern; nil for one with signs of regular expressions other than a dot.
  public init?(_ text: String) {
    let name = text.hasPrefix("^") ? text.dropFirst() : text[...]
    let isName = name.unicodeScalars.allSatisfy {
      $0 == "." || $0 == "_" || $0 == "-" || $0.properties.isAlphabetic || ("0"..."9").contains($0)
    }
    guard isName, !name.isEmpty else { return nil }
    self.text = text
  }

  /// Whether a module has such a name.
  public func fits(_ module: String) -> Bool {
    if text.hasPrefix("^") { return module == text.dropFirst() }
    return module == text || module.hasSuffix(".\(text)")
  }
}
